package io.gatun.cuda;

import io.gatun.backend.cuda.DeviceStream;

/** The time in which a thread's work is queued on another stream; see {@link Cuda#stream}. */
public final class StreamScope implements AutoCloseable {
    private final DeviceStream before;
    private boolean closed;

    StreamScope(DeviceStream stream) {
        this.before = stream.device().use(stream);
    }

    /** Goes back to the stream that was used before. Closing twice does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            before.device().use(before);
        }
    }
}
