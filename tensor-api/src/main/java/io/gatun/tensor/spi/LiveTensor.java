package io.gatun.tensor.spi;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a backend remembers of a tensor's memory, to say what is alive when there is no more. */
public final class LiveTensor {
    /** The system property that makes tensors remember where they were made. */
    public static final String TRACE = "gatun.memory.trace";

    private static final int LISTED = 10;
    private static final int CALLS = 5;

    private final @Nullable Op op;
    private final Shape shape;
    private final DType dtype;
    private final String madeAt;

    /**
     * One that this thread makes now.
     *
     * @param op what makes it, or null
     * @param trace whether to remember where: from the first call outside the library on, some calls
     */
    public LiveTensor(@Nullable Op op, Shape shape, DType dtype, boolean trace) {
        this.op = op;
        this.shape = shape;
        this.dtype = dtype;
        this.madeAt = trace ? callers() : "";
    }

    private static String callers() {
        StackTraceElement[] calls = new Throwable().getStackTrace();
        int first = outside(calls, "io.gatun.");
        if (first == calls.length) { // a program of the project's own
            first = outside(calls, "io.gatun.tensor.");
        }
        StringBuilder text = new StringBuilder();
        for (int i = first; i < Math.min(calls.length, first + CALLS); i++) {
            text.append("\n    at ").append(calls[i]);
        }
        return text.toString();
    }

    private static int outside(StackTraceElement[] calls, String library) {
        int i = 0;
        while (i < calls.length
                && (calls[i].getClassName().startsWith(library)
                        || calls[i].getClassName().startsWith("java"))) {
            i++;
        }
        return i;
    }

    private long bytes() {
        return shape.numel() * dtype.byteSize();
    }

    @Override
    public String toString() {
        return bytes() + " bytes: " + dtype + shape + (op == null ? "" : ", made by " + op.operatorName()) + madeAt;
    }

    /**
     * The end of a message: the tensors that take the most, those that are alike together, each beginning a line.
     *
     * @param live all tensors that are known to be alive
     * @param held the bytes that are held in all
     */
    public static String largest(List<LiveTensor> live, long held) {
        Map<String, long[]> alike = new HashMap<>(); // bytes and count
        for (LiveTensor tensor : live) {
            String text = tensor.toString();
            long[] sums = alike.get(text);
            if (sums == null) {
                sums = new long[2];
                alike.put(text, sums);
            }
            sums[0] += tensor.bytes();
            sums[1]++;
        }
        StringBuilder text = new StringBuilder(". The largest:");
        long rest = held;
        for (int line = 0; line < LISTED && !alike.isEmpty(); line++) {
            String most = "";
            long[] sums = {-1, 0};
            for (Map.Entry<String, long[]> entry : alike.entrySet()) {
                if (entry.getValue()[0] > sums[0]) {
                    most = entry.getKey();
                    sums = entry.getValue();
                }
            }
            alike.remove(most);
            rest -= sums[0];
            text.append("\n  ").append(sums[1]).append(" x ").append(most);
        }
        text.append("\n  ").append(rest).append(" bytes: smaller ones, working memory and rounding");
        return text.append(Boolean.getBoolean(TRACE) ? "" : "\n-D" + TRACE + "=true says where they were made")
                .toString();
    }
}
