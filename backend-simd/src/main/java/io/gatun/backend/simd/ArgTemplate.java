package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The kernel of argmax and argmin: the first of equals, and the first NaN before all. Class data: dtype, whether largest. */
final class ArgTemplate implements ArgReductions.Kernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final boolean LARGEST = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);

    ArgTemplate() {}

    @Override
    public long run(MemorySegment x, long at, long step, long n) {
        return DTYPE.isFloatingPoint() ? floating(x, at, step, n) : integer(x, at, step, n);
    }

    @Expanded
    private static long floating(MemorySegment x, long at, long step, long n) {
        long best = 0;
        double winner = Element.floating(DTYPE, x, at);
        for (long i = 1; i < n && !Double.isNaN(winner); i++) {
            double value = Element.floating(DTYPE, x, at + i * step);
            if (LARGEST ? !(value <= winner) : !(value >= winner)) { // true for NaN
                winner = value;
                best = i;
            }
        }
        return best;
    }

    @Expanded
    private static long integer(MemorySegment x, long at, long step, long n) {
        long best = 0;
        long winner = Element.integer(DTYPE, x, at);
        for (long i = 1; i < n; i++) {
            long value = Element.integer(DTYPE, x, at + i * step);
            if (LARGEST ? value > winner : value < winner) {
                winner = value;
                best = i;
            }
        }
        return best;
    }
}
