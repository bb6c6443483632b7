package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.spi.TensorView;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** Conversions between dtypes: the kernels of {@link CastTemplate} by pair of dtypes. */
final class Casts {
    private static final int COUNT = DType.values().length;
    private static final @Nullable ElementKernel[] KERNELS = new ElementKernel[COUNT * COUNT];

    private Casts() {}

    /** Converts all of {@code in} to the dtype of {@code out}, which has the same shape. */
    static void cast(TensorView out, TensorView in) {
        if (in.dtype() == out.dtype()) {
            Copies.copy(out, in);
            return;
        }
        ElementKernel kernel = of(in.dtype(), out.dtype());
        Elementwise.run((_, _) -> kernel, false, false, false, out, in);
    }

    /** The kernel on contiguous elements. */
    static ElementKernel of(DType from, DType to) {
        int at = Stamp.place(from) * COUNT + Stamp.place(to);
        ElementKernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = stamp(from, to);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    private static ElementKernel stamp(DType from, DType to) {
        if (Halves.isHalf(from) && to == DType.F32) {
            return (out, outAt, a, aAt, b, bAt, c, cAt, n) -> Halves.widen(from, a, aAt, out, outAt, n);
        }
        if (from == DType.F32 && Halves.isHalf(to)) {
            return (out, outAt, a, aAt, b, bAt, c, cAt, n) -> Halves.narrow(to, a, aAt, out, outAt, n);
        }
        if (to == DType.BOOL) {
            return notZero(from);
        }
        return Stamp.of(ElementKernel.class, CastTemplate.class, from, to);
    }

    /** Whether an element is not 0; a half's sign bit does not count, so that it is compared as F32. */
    private static ElementKernel notZero(DType from) {
        return Halves.isHalf(from)
                ? Stamp.of(ElementKernel.class, CastTemplate.class, from, DType.BOOL)
                : Stamp.of(
                        ElementKernel.class,
                        MaskTemplate.class,
                        Lanes.species(from),
                        Stamp.of(MaskBody.class, MaskBodies.class, VectorOperators.NE, true),
                        false,
                        true);
    }
}
