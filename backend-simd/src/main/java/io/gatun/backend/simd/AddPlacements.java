package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import org.jspecify.annotations.Nullable;

/** The kernels of additions in indexed places, stamped on first use and kept by dtype. */
final class AddPlacements {
    private static final @Nullable Placement[] KERNELS = new Placement[DType.values().length];

    private AddPlacements() {}

    /** Elements are added to what is there; for bool, or. */
    static Placement of(DType dtype) {
        Placement kernel = KERNELS[Stamp.place(dtype)];
        if (kernel == null) {
            // Half floats have no kernel for whole slices: what is passed in its place is ignored.
            Object rows = Halves.isHalf(dtype) ? dtype : BinaryKernels.of(BinaryKind.ADD, dtype, false, false);
            kernel = Stamp.of(Placement.class, AddTemplate.class, dtype, rows);
            KERNELS[Stamp.place(dtype)] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }
}
