package io.gatun.backend.cuda;

import io.gatun.tensor.op.Op;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a thread is at: the stream of each device that its work is queued on, the operator, and what it captures; and what its
 * launches are put together in.
 */
final class ThreadWork {
    private static final ThreadLocal<ThreadWork> HERE = ThreadLocal.withInitial(ThreadWork::new);

    private @Nullable DeviceStream[] streams = new DeviceStream[0]; // by the device's number; null: its default stream
    private @Nullable Capture capture;
    private @Nullable Op operator;
    private final Nests nests = new Nests();
    private @Nullable Params params; // from the first launch on

    /** The calling thread's. */
    static ThreadWork here() {
        return HERE.get();
    }

    /** The stream of {@code device} that work is queued on. */
    DeviceStream stream(DeviceContext device) {
        DeviceStream chosen = chosen(device);
        return chosen == null ? device.defaultStream() : chosen;
    }

    private @Nullable DeviceStream chosen(DeviceContext device) {
        return device.ordinal() < streams.length ? streams[device.ordinal()] : null;
    }

    /** Has work of {@code stream}'s device queued there from now on, and gives the stream it was queued on before. */
    DeviceStream use(DeviceStream stream) {
        DeviceContext device = stream.device();
        DeviceStream before = stream(device);
        if (device.ordinal() >= streams.length) {
            streams = Arrays.copyOf(streams, device.ordinal() + 1);
        }
        streams[device.ordinal()] = stream;
        return before;
    }

    /** What is recorded instead of done, or null. */
    @Nullable Capture capture() {
        return capture;
    }

    void capture(@Nullable Capture capture) {
        this.capture = capture;
    }

    void begin(Op op) {
        operator = op;
        nests.close(0); // those too that an error left open
    }

    /** For the loops of operators. */
    Nests nests() {
        return nests;
    }

    /** For the next launch, empty. */
    Params params() {
        Params known = params;
        if (known == null) {
            known = new Params();
            params = known;
        }
        return known.clear();
    }

    /** The operator executed last, for messages. */
    String operator() {
        Op last = operator;
        return last == null ? "copy" : last.operatorName();
    }
}
