package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.CompareKind;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** The kernels of {@link CompareKind}, stamped on first use and kept by kind, dtype and whether b is broadcast. */
final class CompareKernels {
    private static final @Nullable ElementKernel[] KERNELS =
            new ElementKernel[CompareKind.values().length * DType.values().length * 2];

    private CompareKernels() {}

    /** The kernel on contiguous elements, or with one element of b for all. */
    static ElementKernel of(CompareKind kind, DType lanes, boolean bBroadcast) {
        int at = (Stamp.place(kind) * DType.values().length + Stamp.place(lanes)) * 2 + (bBroadcast ? 1 : 0);
        ElementKernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(
                    ElementKernel.class,
                    MaskTemplate.class,
                    Lanes.species(lanes),
                    Stamp.of(MaskBody.class, MaskBodies.class, operator(kind, lanes), false),
                    bBroadcast,
                    false);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    private static VectorOperators.Comparison operator(CompareKind kind, DType lanes) {
        boolean unsigned = lanes == DType.U8 || lanes == DType.BOOL;
        if (kind == CompareKind.EQ) {
            return VectorOperators.EQ;
        } else if (kind == CompareKind.NE) {
            return VectorOperators.NE;
        } else if (kind == CompareKind.LT) {
            return unsigned ? VectorOperators.ULT : VectorOperators.LT;
        } else if (kind == CompareKind.LE) {
            return unsigned ? VectorOperators.ULE : VectorOperators.LE;
        } else if (kind == CompareKind.GT) {
            return unsigned ? VectorOperators.UGT : VectorOperators.GT;
        }
        return unsigned ? VectorOperators.UGE : VectorOperators.GE;
    }
}
