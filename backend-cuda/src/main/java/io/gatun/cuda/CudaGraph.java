package io.gatun.cuda;

import io.gatun.backend.cuda.Capture;
import io.gatun.tensor.Device;
import java.lang.ref.Cleaner;

/**
 * Work of one device that is recorded once and repeated: a replay is one call of the driver, however many operators there are.
 *
 * <pre>{@code
 * for (int i = 0; i < 3; i++) {
 *     step(); // as usual: gives the optimiser its state
 * }
 * CudaGraph graph = CudaGraph.capture(() -> step());
 * for (Batch batch : loader) {
 *     input.copy_(batch.input().to(device)); // step reads these two, and writes to loss by copy_
 *     target.copy_(batch.target().to(device));
 *     graph.replay();
 * }
 * System.out.println(loss.item());
 * }</pre>
 *
 * <p>The step runs once as Java while it is captured, and none of its work is done then: tensors made in it have values after the
 * first replay. A replay computes what the step would compute, with the same bits, as long as these hold:
 *
 * <ul>
 *   <li>It reads and writes the tensors that the captured step did. New data is brought by {@code copy_} to tensors that were made
 *       before the capture: one that was made in it may share its memory with what the step has done with by then. The memory is
 *       held until the graph is closed, also where a scope or the collector gives the tensor back.
 *   <li>Java does not run: branches, numbers and what the step does to Java objects are those of the capture. Of a learning rate
 *       that a schedule changes, the graph keeps the one that it was captured with. An optimiser must have taken a step before, and
 *       refuses to be captured if it computes with the number of the step; Adam and AdamW do so on the device where they are {@code
 *       capturable(true)}.
 *   <li>Random numbers go on: a replay takes as much of each generator as the step does, seed and counter being those that the
 *       generator has then. The capture itself takes none.
 *   <li>Indices, and integer divisors, are checked by the replay, which cannot throw: an index out of range is taken for 0, a
 *       divisor that is 0 for 1, and what next waits for the device ({@code item()}, {@link Cuda#synchronize}, a copy to the host, a
 *       replay after it was done) throws the exception that the operator would have thrown, which says that it was in a replay.
 * </ul>
 *
 * <p>Refused in a capture, with the operator's name and a remedy, are values that the host reads ({@code item()}, {@code nonzero()},
 * masks as indices), copies from the host and between devices, waiting, and a graph in a
 * graph. Whatever the step throws ends the capture: nothing of it was done, tensors and generators are as before.
 *
 * <p>Other threads go on meanwhile. A step may use several streams; those must wait for the stream that the capture began on, and it
 * for them at the end.
 */
public final class CudaGraph implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Capture capture;
    private final Cleaner.Cleanable cleanable;

    private CudaGraph(Capture capture) {
        this.capture = capture;
        this.cleanable = CLEANER.register(this, capture::close);
    }

    /** Records what {@code step} does on the default device, if that is a CUDA device, else on the first one. */
    public static CudaGraph capture(Runnable step) {
        Device preferred = Device.getDefault();
        return capture(preferred.type().equals("cuda") ? preferred : Device.cuda(0), step);
    }

    /**
     * Records what {@code step} does on {@code device}.
     *
     * @throws io.gatun.tensor.TensorStateException if this thread captures already, or if the step does what cannot be captured
     * @throws io.gatun.tensor.DeviceException if it is no CUDA device, or the step computes on another one
     */
    public static CudaGraph capture(Device device, Runnable step) {
        return new CudaGraph(Capture.of(Cuda.context(device), step));
    }

    /**
     * Queues the recorded work on this thread's current stream, after the last replay wherever that was; the host does not wait.
     *
     * @throws io.gatun.tensor.TensorStateException if the graph is closed, or this thread captures one
     * @throws io.gatun.tensor.TensorIndexException if an earlier replay met an index out of range
     */
    public void replay() {
        capture.replay();
    }

    /**
     * Waits for the last replay, and gives back the memory that no tensor has. A graph that is not closed is so when it is
     * unreachable. Closing twice does nothing.
     */
    @Override
    public void close() {
        cleanable.clean();
    }
}
