package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The kernel of argmax and argmin: the first of equals, and the first NaN before all. Class data: dtype, whether largest. */
final class ArgTemplate implements ArgReductions.Kernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Access ELEMENTS = Access.own(DTYPE);
    private static final boolean LARGEST = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);

    ArgTemplate() {}

    @Override
    public long run(MemorySegment x, long at, long step, long n) {
        return DTYPE.isFloatingPoint() ? floating(x, at, step, n) : integer(x, at, step, n);
    }

    private static long floating(MemorySegment x, long at, long step, long n) {
        long best = 0;
        double winner = ELEMENTS.floating(x, at);
        for (long i = 1; i < n && !Double.isNaN(winner); i++) {
            double value = ELEMENTS.floating(x, at + i * step);
            if (LARGEST ? !(value <= winner) : !(value >= winner)) { // true for NaN
                winner = value;
                best = i;
            }
        }
        return best;
    }

    private static long integer(MemorySegment x, long at, long step, long n) {
        long best = 0;
        long winner = ELEMENTS.integer(x, at);
        for (long i = 1; i < n; i++) {
            long value = ELEMENTS.integer(x, at + i * step);
            if (LARGEST ? value > winner : value < winner) {
                winner = value;
                best = i;
            }
        }
        return best;
    }
}
