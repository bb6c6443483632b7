package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.ErrorFunctions;
import io.gatun.tensor.spi.GammaFunctions;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * The kernel of functions that are computed an element at a time, in double: rare ones, with loops or many cases. Class
 * data: dtype, {@link UnaryKind} (ERFINV, LGAMMA or DIGAMMA).
 */
final class DoubleUnaryTemplate implements ElementKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Access ELEMENTS = Access.own(DTYPE);
    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 1, UnaryKind.class);
    private static final int SIZE = DTYPE.byteSize();

    DoubleUnaryTemplate() {}

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
            ELEMENTS.set(out, outAt + p, apply(ELEMENTS.floating(a, aAt + p)));
        }
    }

    private static double apply(double x) {
        return switch (KIND) {
            case ERFINV -> ErrorFunctions.erfinv(x);
            case LGAMMA -> GammaFunctions.lgamma(x);
            case DIGAMMA -> GammaFunctions.digamma(x);
            default -> throw new IllegalStateException(KIND + " has a vector kernel");
        };
    }
}
