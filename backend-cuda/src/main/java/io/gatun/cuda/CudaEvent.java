package io.gatun.cuda;

import io.gatun.backend.cuda.DeviceContext;
import io.gatun.backend.cuda.DeviceStream;
import io.gatun.backend.cuda.StreamEvent;
import io.gatun.tensor.DeviceException;
import io.gatun.tensor.TensorStateException;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * A place in a stream, for others to wait for, or to measure time: it is done when all is done that was queued before it was
 * recorded. It belongs to the device that it is first recorded on. An event that is not closed is so when it is unreachable. For
 * use from any thread.
 */
public final class CudaEvent implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final boolean timed;
    private @Nullable StreamEvent event;
    private @Nullable DeviceStream recordedOn;
    private Cleaner.@Nullable Cleanable cleanable;

    /** An event for waiting. */
    public CudaEvent() {
        this(false);
    }

    private CudaEvent(boolean timed) {
        this.timed = timed;
    }

    /** An event that {@link #elapsedTime} takes, too. */
    public static CudaEvent timed() {
        return new CudaEvent(true);
    }

    /**
     * Marks where {@code stream} is now, instead of what was marked before.
     *
     * @throws DeviceException if it was recorded on another device
     */
    public synchronized void record(CudaStream stream) {
        DeviceContext device = stream.stream().device();
        StreamEvent known = event;
        if (known == null) {
            StreamEvent made = device.newEvent(timed);
            event = made;
            cleanable = CLEANER.register(this, made::close);
            known = made;
        } else if (!known.device().equals(device)) {
            throw new DeviceException("CudaEvent.record: the event was recorded on "
                    + known.device().device() + ", and the stream is of " + stream.device() + ": use another event");
        }
        stream.stream().record(known);
        recordedOn = stream.stream();
    }

    synchronized void holdUp(DeviceStream stream) {
        StreamEvent known = event;
        if (known != null) {
            stream.waitFor(known);
        }
    }

    /**
     * Whether all is done that was queued before; true if it was never recorded.
     *
     * @throws TensorStateException while this thread captures a graph, or if a capture is where it was recorded last
     */
    public synchronized boolean query() {
        StreamEvent known = event;
        if (known == null) {
            return true;
        }
        known.device().refuseCapture("CudaEvent.query");
        return known.isDone();
    }

    /**
     * Waits until all is done that was queued before.
     *
     * @throws TensorStateException while this thread captures a graph, or if a capture is where it was recorded last
     * @throws io.gatun.tensor.TensorIndexException if a replay of a graph met an index out of range; likewise for a divisor of 0
     */
    public void synchronize() {
        StreamEvent known;
        DeviceStream stream;
        synchronized (this) {
            known = event;
            stream = recordedOn;
        }
        if (known != null && stream != null) {
            known.device().refuseCapture("CudaEvent.synchronize");
            known.await(stream, "CudaEvent.synchronize");
            known.device().reportFaults();
        }
    }

    /**
     * The milliseconds of the device's time from this event to {@code end}.
     *
     * @throws TensorStateException if either is not {@link #timed}, was not recorded, or is not done
     */
    public float elapsedTime(CudaEvent end) {
        StreamEvent first = done(this);
        StreamEvent last = done(end);
        return last.millisecondsSince(first);
    }

    private static StreamEvent done(CudaEvent event) {
        StreamEvent known;
        synchronized (event) {
            known = event.event;
        }
        if (!event.timed || known == null || !event.query()) {
            throw new TensorStateException("CudaEvent.elapsedTime: both events must be timed(), recorded, and done:"
                    + " synchronize() with the later one first");
        }
        return known;
    }

    /** Gives it back; streams that wait for it go on waiting. */
    @Override
    public synchronized void close() {
        Cleaner.Cleanable known = cleanable;
        if (known != null) {
            known.clean();
        }
        event = null;
        recordedOn = null;
        cleanable = null;
    }
}
