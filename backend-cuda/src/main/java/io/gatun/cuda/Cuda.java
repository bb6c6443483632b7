package io.gatun.cuda;

import io.gatun.backend.cuda.CudaBackend;
import io.gatun.backend.cuda.DeviceContext;
import io.gatun.tensor.Device;
import io.gatun.tensor.DeviceException;
import io.gatun.tensor.spi.Backends;

/**
 * The CUDA devices of this machine.
 *
 * <p>Work is queued on the calling thread's current stream of the device, and the host goes on: it waits only where it reads a
 * value. Every thread begins with the device's default stream. On another, work runs at the same time as the default stream's:
 *
 * <pre>{@code
 * CudaStream side = new CudaStream(device);
 * side.waitFor(Cuda.currentStream(device)); // what made x
 * Tensor y;
 * try (var _ = Cuda.stream(side)) {
 *     y = x.mm(x);
 * }
 * Cuda.currentStream(device).waitFor(side);
 * y.add(1);
 * }</pre>
 *
 * <p>As with PyTorch, to order the work of two streams is the program's part: a tensor may be used on another stream than the one it
 * was computed on only when that stream waits for the other, by {@code waitFor} or an event. What needs no care: a value that the
 * host reads is there, whichever stream computes it, and memory is not handed out again before all streams that used it have come
 * as far.
 */
public final class Cuda {
    private Cuda() {}

    /** Whether tensors can be on a CUDA device here; {@link Device#cuda} says why not. */
    public static boolean isAvailable() {
        return Backends.usable().contains("cuda");
    }

    /** How many devices there are; 0 where CUDA is not available. */
    public static int deviceCount() {
        return isAvailable() ? backend(Device.cuda(0)).devices() : 0;
    }

    /** The product name of {@code device}: {@code NVIDIA H200}. */
    public static String deviceName(Device device) {
        return context(device).name();
    }

    // ---- streams

    /**
     * Waits until all that was queued on any stream of {@code device} is done.
     *
     * @throws io.gatun.tensor.TensorStateException while this thread captures a graph
     * @throws io.gatun.tensor.TensorIndexException if a replay of a graph met an index out of range; likewise for a divisor of 0
     */
    public static void synchronize(Device device) {
        context(device).synchronize();
    }

    /** The stream that this thread's work on {@code device} is queued on. */
    public static CudaStream currentStream(Device device) {
        return new CudaStream(context(device).current());
    }

    /** The stream of {@code device} that every thread begins with. */
    public static CudaStream defaultStream(Device device) {
        return new CudaStream(context(device).defaultStream());
    }

    /** Has this thread's work on the stream's device queued on {@code stream} until the scope is closed, by this thread. */
    public static StreamScope stream(CudaStream stream) {
        return new StreamScope(stream.stream());
    }

    // ---- memory

    /** The bytes of memory that tensors of {@code device} have. */
    public static long memoryAllocated(Device device) {
        return context(device).memoryAllocated();
    }

    /** The most bytes that tensors had at once, since the start or {@link #resetPeakMemoryStats}. */
    public static long maxMemoryAllocated(Device device) {
        return context(device).maxMemoryAllocated();
    }

    /** The bytes that the driver gave: those of tensors, and those kept for the next ones. */
    public static long memoryReserved(Device device) {
        return context(device).memoryReserved();
    }

    /** Has {@link #maxMemoryAllocated} count from now on. */
    public static void resetPeakMemoryStats(Device device) {
        context(device).resetPeakMemory();
    }

    /** Gives memory that no tensor has back to the driver, for other programs; waits for the device. */
    public static void emptyCache(Device device) {
        context(device).emptyCache();
    }

    static DeviceContext context(Device device) {
        return backend(device).context(device);
    }

    private static CudaBackend backend(Device device) {
        if (device.backend() instanceof CudaBackend backend) {
            return backend;
        }
        throw new DeviceException(device + " is no CUDA device: use Device.cuda(0)");
    }
}
