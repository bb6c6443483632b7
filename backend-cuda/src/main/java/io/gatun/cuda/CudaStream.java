package io.gatun.cuda;

import io.gatun.backend.cuda.DeviceStream;
import io.gatun.tensor.Device;

/**
 * A queue of work of one device, done in order; other streams' work is done at the same time. {@link Cuda#stream} has a thread's
 * work queued here. Streams are equal if they are the same queue. For use from any thread.
 */
public final class CudaStream {
    private final DeviceStream stream;

    /**
     * A stream of {@code device}. There are 32, which are given out in turn, and need not be closed: a program that makes more has
     * the first again.
     *
     * @throws io.gatun.tensor.DeviceException if it is no CUDA device
     */
    public CudaStream(Device device) {
        this(Cuda.context(device).nextStream());
    }

    CudaStream(DeviceStream stream) {
        this.stream = stream;
    }

    DeviceStream stream() {
        return stream;
    }

    /** The device whose work it queues. */
    public Device device() {
        return stream.device().device();
    }

    /** Has what is queued here from now on wait for all that is queued on {@code other} by now; the host does not wait. */
    public void waitFor(CudaStream other) {
        stream.waitFor(other.stream);
    }

    /**
     * Has what is queued here from now on wait for what {@code event} was recorded after, if it was; the host does not wait.
     *
     * @throws io.gatun.tensor.TensorStateException if it was recorded last in the capture of a graph, and this is outside of it
     */
    public void waitFor(CudaEvent event) {
        event.holdUp(stream);
    }

    /** A new event, recorded here. */
    public CudaEvent record() {
        CudaEvent event = new CudaEvent();
        event.record(this);
        return event;
    }

    /**
     * Whether all that was queued is done.
     *
     * @throws io.gatun.tensor.TensorStateException while this thread captures a graph
     */
    public boolean query() {
        stream.device().refuseCapture("CudaStream.query");
        return stream.isDone();
    }

    /**
     * Waits until all that was queued is done.
     *
     * @throws io.gatun.tensor.TensorStateException while this thread captures a graph
     * @throws io.gatun.tensor.TensorIndexException if a replay of a graph met an index out of range; likewise for a divisor of 0
     */
    public void synchronize() {
        stream.device().refuseCapture("CudaStream.synchronize");
        stream.synchronize("CudaStream.synchronize");
        stream.device().reportFaults();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CudaStream that && stream.equals(that.stream);
    }

    @Override
    public int hashCode() {
        return stream.hashCode();
    }

    @Override
    public String toString() {
        return "stream " + Long.toHexString(stream.address()) + " of " + device();
    }
}
