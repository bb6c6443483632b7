package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.BinaryKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * The kernel of integer functions without vector instructions: divisions, remainders, powers, checked shifts. A plain
 * loop in 64 bits, of which narrower results are the low bits. Class data: dtype, {@link BinaryKind}, whether a and b are
 * broadcast.
 *
 * <p>Division by zero is refused. It is found while dividing, so that elements before it may have been written: nothing
 * but the values decides it, and looking first would cost every division a pass.
 */
final class LongBinaryTemplate implements ElementKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final BinaryKind KIND = Stamp.data(MethodHandles.lookup(), 1, BinaryKind.class);
    private static final boolean A_BROADCAST = Stamp.data(MethodHandles.lookup(), 2, Boolean.class);
    private static final boolean B_BROADCAST = Stamp.data(MethodHandles.lookup(), 3, Boolean.class);
    private static final int SIZE = DTYPE.byteSize();

    LongBinaryTemplate() {}

    @Override
    public void run(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            int n) {
        for (int i = 0; i < n; i++) {
            long p = (long) i * SIZE;
            long x = Element.integer(DTYPE, a, A_BROADCAST ? aAt : aAt + p);
            long y = Element.integer(DTYPE, b, B_BROADCAST ? bAt : bAt + p);
            Element.set(DTYPE, out, outAt + p, apply(x, y));
        }
    }

    private static long apply(long x, long y) {
        if (KIND == BinaryKind.FLOOR_DIVIDE) {
            return Math.floorDiv(x, nonZero(y));
        }
        if (KIND == BinaryKind.TRUNC_DIVIDE) {
            return x / nonZero(y);
        }
        if (KIND == BinaryKind.FMOD) {
            return x % nonZero(y);
        }
        if (KIND == BinaryKind.REMAINDER) {
            return Math.floorMod(x, nonZero(y));
        }
        if (KIND == BinaryKind.POW) {
            return power(x, y);
        }
        if (KIND == BinaryKind.SHIFT_LEFT) {
            return y < 0 || y > 63 ? 0 : x << y;
        }
        if (KIND == BinaryKind.SHIFT_RIGHT) {
            return x >> (y < 0 || y > 63 ? 63 : y);
        }
        if (KIND == BinaryKind.GCD) {
            return gcd(x, y);
        }
        throw Stamp.notHere(KIND);
    }

    private static long gcd(long a, long b) {
        long x = a;
        long y = b;
        while (y != 0) {
            long rest = x % y;
            x = y;
            y = rest;
        }
        return Math.abs(x);
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw new ValueException(KIND.operatorName() + ": integer division by zero");
        }
        return divisor;
    }

    /** By repeated squaring, wrapping around; a negative power of anything but 1 and -1 is 0, as in PyTorch. */
    private static long power(long base, long exponent) {
        if (exponent < 0) {
            return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
        }
        long result = 1;
        long square = base;
        for (long rest = exponent; rest != 0; rest >>= 1) {
            if ((rest & 1) != 0) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }
}
