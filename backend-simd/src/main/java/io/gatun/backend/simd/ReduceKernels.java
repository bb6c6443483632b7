package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import org.jspecify.annotations.Nullable;

/** The kernels of reductions, stamped on first use and kept by kind and dtype. */
final class ReduceKernels {
    private static final int COUNT = ReduceKind.values().length * DType.values().length;
    private static final @Nullable RowKernel[] ROWS = new RowKernel[COUNT];
    private static final @Nullable ColumnKernel[] COLUMNS = new ColumnKernel[COUNT];

    private ReduceKernels() {}

    /** Along a contiguous run. */
    static RowKernel rows(ReduceKind core, DType lanes) {
        int at = Stamp.place(core) * DType.values().length + Stamp.place(lanes);
        RowKernel kernel = ROWS[at];
        if (kernel == null) {
            kernel = Stamp.exact(
                    lanes, RowKernel.class, RowTemplate.class, core, BinaryKernels.body(Folding.binary(core), lanes));
            ROWS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** Across contiguous rows. */
    static ColumnKernel columns(ReduceKind core, DType lanes) {
        int at = Stamp.place(core) * DType.values().length + Stamp.place(lanes);
        ColumnKernel kernel = COLUMNS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(
                    ColumnKernel.class, ColumnTemplate.class, lanes, BinaryKernels.body(Folding.binary(core), lanes));
            COLUMNS[at] = kernel; // as above
        }
        return kernel;
    }
}
