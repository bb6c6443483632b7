package io.gatun.backend.cuda;

import io.gatun.tensor.TensorStateException;
import jcuda.driver.CUevent;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** A mark in a stream, which is reached when all that was queued before it is done. From any thread. */
public final class StreamEvent implements AutoCloseable {
    private static final int WITHOUT_TIME = 2;

    private final DeviceContext device;
    private final CUevent handle = new CUevent();
    private boolean closed;

    /** For streams of {@code device}; only one {@code timed} can say how long something took. */
    StreamEvent(DeviceContext device, boolean timed) {
        this.device = device;
        device.bind();
        Driver.check(JCudaDriver.cuEventCreate(handle, timed ? 0 : WITHOUT_TIME), "cuEventCreate");
    }

    /** Of the streams that it can be recorded on. */
    public DeviceContext device() {
        return device;
    }

    CUevent handle() {
        return handle;
    }

    /** Marks where {@code stream} is now. */
    void record(DeviceStream stream) {
        device.bind();
        stream.check(JCudaDriver.cuEventRecord(handle, stream.handle()), "cuEventRecord");
    }

    /** Whether what was marked last is done; also if nothing was. */
    public boolean isDone() {
        device.bind();
        int result = JCudaDriver.cuEventQuery(handle);
        requireOutside(result, "CudaEvent.query");
        if (result != CUresult.CUDA_ERROR_NOT_READY) {
            Driver.check(result, "cuEventQuery");
        }
        return result == CUresult.CUDA_SUCCESS;
    }

    /** Waits until what was marked last is done; {@code stream} is where that was. */
    public void await(DeviceStream stream, String what) {
        device.bind();
        int result = JCudaDriver.cuEventSynchronize(handle);
        requireOutside(result, what);
        stream.check(result, what);
    }

    /** Refuses what the driver does not do with an event that was recorded while a graph was captured. */
    static void requireOutside(int result, String what) {
        if (result == CUresult.CUDA_ERROR_CAPTURED_EVENT) {
            throw new TensorStateException(what + ": the event was recorded while a CudaGraph was captured, and marks a"
                    + " place in that graph alone: record it again");
        }
    }

    /** The milliseconds from {@code start} to this one, both timed and done. */
    public float millisecondsSince(StreamEvent start) {
        float[] milliseconds = new float[1];
        device.bind();
        Driver.check(JCudaDriver.cuEventElapsedTime(milliseconds, start.handle, handle), "cuEventElapsedTime");
        return milliseconds[0];
    }

    /** Gives it back; who waits for it already goes on waiting. The second time it does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            device.bind();
            Driver.check(JCudaDriver.cuEventDestroy(handle), "cuEventDestroy");
        }
    }
}
