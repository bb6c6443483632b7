package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ScatterKind;
import org.jspecify.annotations.Nullable;

/** The kernels of {@link ScatterKind} in indexed places, stamped on first use and kept by kind and dtype. */
final class Placements {
    private static final @Nullable Placement[] KERNELS =
            new Placement[ScatterKind.values().length * DType.values().length];

    private Placements() {}

    /** Elements are put, or combined with what is there; sums of bool are "or", products "and". */
    static Placement of(ScatterKind kind, DType elements) {
        DType dtype = kind == ScatterKind.PUT ? Lanes.bits(elements) : elements;
        int at = Stamp.place(kind) * DType.values().length + Stamp.place(dtype);
        Placement kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(Placement.class, PlacementTemplate.class, dtype, rows(kind, dtype), kind);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** The kernel of whole slices; where there is none, anything else, which is ignored. */
    private static Object rows(ScatterKind kind, DType dtype) {
        return kind == ScatterKind.PUT || Halves.isHalf(dtype)
                ? dtype
                : BinaryKernels.of(kind.combination(), dtype, false, false);
    }
}
