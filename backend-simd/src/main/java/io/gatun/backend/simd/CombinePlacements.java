package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ScatterKind;
import org.jspecify.annotations.Nullable;

/** The kernels of sums, products and extremes in indexed places, stamped on first use and kept by kind and dtype. */
final class CombinePlacements {
    private static final @Nullable Placement[] KERNELS =
            new Placement[ScatterKind.values().length * DType.values().length];

    private CombinePlacements() {}

    /** Elements are combined with what is there; sums of bool are "or", products "and". */
    static Placement of(ScatterKind kind, DType dtype) {
        int at = Stamp.place(kind) * DType.values().length + Stamp.place(dtype);
        Placement kernel = KERNELS[at];
        if (kernel == null) {
            // Half floats have no kernel for whole slices: what is passed in its place is ignored.
            Object rows = Halves.isHalf(dtype) ? dtype : BinaryKernels.of(kind.combination(), dtype, false, false);
            kernel = Stamp.of(Placement.class, CombineTemplate.class, dtype, rows, kind);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }
}
