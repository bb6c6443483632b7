package io.gatun.backend.cuda;

import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * A queue of a device: what is queued here is done in that order, and at the same time as what other queues hold, unless one is
 * told to wait for another. It has what its launches and products of matrices need. From any thread.
 */
public final class DeviceStream {
    private static final int NON_BLOCKING = 1; // does not wait for the driver's default stream
    private static final long MOST_BLOCKS = Integer.MAX_VALUE;
    private static final int REMEMBERED = 8; // operators

    private final DeviceContext device;
    private final CUstream handle = new CUstream();
    private final long address; // the handle's number
    private final AtomicReference<@Nullable Scratch> spare = new AtomicReference<>();
    private final StreamEvent fence; // where others are to wait
    private final @Nullable Op[] operators = new Op[REMEMBERED]; // the last, in turn
    private int queued;
    private int done; // of them, when somebody waited last
    private DeviceMemory.@Nullable Block workspace;
    private volatile @Nullable DeviceStream replayedOn;

    /** A stream of the device whose context is current. */
    DeviceStream(DeviceContext device) {
        this.device = device;
        Driver.check(JCudaDriver.cuStreamCreate(handle, NON_BLOCKING), "cuStreamCreate");
        this.address = Address.of(handle);
        this.fence = new StreamEvent(device, false);
    }

    /** The device whose work it queues. */
    public DeviceContext device() {
        return device;
    }

    CUstream handle() {
        return handle;
    }

    /** The number of its handle, as the driver and cuBLAS know it. */
    public long address() {
        return address;
    }

    // ---- work

    /** Queues a kernel, whose argument the driver copies meanwhile. */
    void launch(Kernel kernel, long blocks, int threads, Params params) {
        if (blocks > MOST_BLOCKS) {
            throw new CudaException(kernel.name() + ": " + blocks + " blocks are more than a grid has");
        }
        device.bind();
        int result = JCudaDriver.cuLaunchKernel(
                kernel.function(), (int) blocks, 1, 1, threads, 1, 1, 0, handle, params.addresses(), null);
        check(result, kernel.name());
    }

    /** Queues the filling of {@code bytes} bytes from {@code address} on with one value. */
    void set(long address, byte value, long bytes) {
        device.bind();
        check(JCudaDriver.cuMemsetD8Async(Address.device(address), value, bytes, handle), "cuMemsetD8Async");
    }

    /** Memory that products of matrices on this stream may use, one after the other. */
    synchronized DeviceMemory.Block workspace(long bytes) {
        DeviceMemory.Block known = workspace;
        if (known == null) {
            known = device.memory().allocate(bytes);
            workspace = known;
        }
        return known;
    }

    /** Memory for the launches of one operator; it is kept, so that the next need not ask for any. */
    Scratch scratch(long bytes) {
        boolean kept = bytes <= Scratch.KEPT_BYTES && DeviceMemory.KEPT && device.capture() == null;
        Scratch known = kept ? spare.getAndSet(null) : null;
        return known == null ? new Scratch(device.memory().allocate(kept ? Scratch.KEPT_BYTES : bytes), kept) : known;
    }

    /** Takes it back, unless there is one. */
    boolean keep(Scratch scratch) {
        return spare.compareAndSet(null, scratch);
    }

    // ---- order

    /** Has what is queued here from now on wait for all that is queued there by now. */
    public void waitFor(DeviceStream other) {
        if (!other.equals(this)) {
            synchronized (other.fence) {
                other.fence.record(other);
                waitFor(other.fence);
            }
        }
    }

    /** Has what is queued here from now on wait for what {@code event} marked last. */
    public void waitFor(StreamEvent event) {
        device.bind();
        int result = JCudaDriver.cuStreamWaitEvent(handle, event.handle(), 0);
        StreamEvent.requireOutside(result, "CudaStream.waitFor");
        check(result, "cuStreamWaitEvent");
    }

    /** Marks where this stream is now. */
    public void record(StreamEvent event) {
        event.record(this);
    }

    /** Whether all that is queued is done. */
    public boolean isDone() {
        device.bind();
        int result = JCudaDriver.cuStreamQuery(handle);
        if (result != CUresult.CUDA_ERROR_NOT_READY) {
            check(result, "cuStreamQuery");
        }
        return result == CUresult.CUDA_SUCCESS;
    }

    /** Waits until all that is queued is done; {@code what} is named where it failed. */
    public void synchronize(String what) {
        int before = queued();
        device.bind();
        check(JCudaDriver.cuStreamSynchronize(handle), what);
        reached(before);
    }

    // ---- replays

    /** Says where what was captured on this stream ran last, or will. */
    void replayedOn(DeviceStream stream) {
        replayedOn = stream;
    }

    /** The stream to wait for, to have what was written here: itself, unless it was only captured. */
    DeviceStream settled() {
        DeviceStream replayed = replayedOn;
        return replayed == null ? this : replayed;
    }

    /** Ends what was only captured on. */
    void destroy() {
        fence.close();
        device.bind();
        Driver.check(JCudaDriver.cuStreamDestroy(handle), "cuStreamDestroy");
    }

    // ---- errors

    /** Remembers an operator that is about to queue its work, for {@link #check}; threads that share a stream may lose one. */
    void remember(Op operator) {
        int at = queued;
        operators[Math.floorMod(at, REMEMBERED)] = operator;
        queued = at + 1;
    }

    /** How many operators were queued. */
    int queued() {
        return queued;
    }

    /** Says that the first {@code count} operators are done. */
    void reached(int count) {
        done = count;
    }

    /** Throws unless {@code result} is success: with the operators that may have caused it, since errors are seen late. */
    void check(int result, String what) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw new CudaException(what + ": the CUDA driver answers " + CUresult.stringFor(result) + suspects());
        }
    }

    private String suspects() {
        if (Driver.SYNCHRONOUS) {
            return "";
        }
        int count = queued - done;
        List<String> names = new ArrayList<>();
        for (int i = Math.min(count, REMEMBERED); i > 0; i--) {
            Op operator = operators[Math.floorMod(queued - i, REMEMBERED)];
            names.add(operator == null ? "?" : operator.operatorName());
        }
        String queue = count == 0
                ? "; an earlier operator may have caused it"
                : "; it may be of any of the " + count + " operators queued on this stream of " + device.device()
                        + " since it was last waited for, of which the last " + (names.size() == 1 ? "is " : "are ")
                        + String.join(", ", names);
        return queue + ": -Dgatun.cuda.sync=true waits for each and says which";
    }
}
