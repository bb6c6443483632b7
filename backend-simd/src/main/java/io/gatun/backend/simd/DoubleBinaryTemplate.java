package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.spi.GammaFunctions;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * The kernel of functions of two operands that are computed an element at a time, in double. Class data: dtype,
 * {@link BinaryKind}, whether a and b are broadcast.
 */
final class DoubleBinaryTemplate implements ElementKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final BinaryKind KIND = Stamp.data(MethodHandles.lookup(), 1, BinaryKind.class);
    private static final boolean A_BROADCAST = Stamp.data(MethodHandles.lookup(), 2, Boolean.class);
    private static final boolean B_BROADCAST = Stamp.data(MethodHandles.lookup(), 3, Boolean.class);
    private static final int SIZE = DTYPE.byteSize();

    DoubleBinaryTemplate() {}

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
            double x = Element.floating(DTYPE, a, A_BROADCAST ? aAt : aAt + p);
            double y = Element.floating(DTYPE, b, B_BROADCAST ? bAt : bAt + p);
            Element.set(DTYPE, out, outAt + p, apply(x, y));
        }
    }

    private static double apply(double x, double y) {
        if (KIND == BinaryKind.ZETA) {
            return GammaFunctions.zeta(x, y);
        }
        throw Stamp.notHere(KIND);
    }
}
