package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;

/**
 * Sums, products and extremes over any axes: splits the operand's dimensions into those kept and those reduced, and chooses
 * the direction.
 *
 * <ul>
 *   <li><em>Rows</em> ({@link RowReduction}): each output element from a run of reduced elements, by vectors along the run.
 *   <li><em>Columns</em> ({@link ColumnReduction}): vectors lie across output elements, and rows are added to rows. For
 *       kept elements that are contiguous, and for reductions so short that a vector along them would be mostly empty.
 * </ul>
 *
 * <p>Worked example: (64, 100) contiguous. Over axis 1, the reduced loop is 100 steps of 1: rows. Over axis 0 it is 64 steps
 * of 100 while the kept loop is 100 steps of 1: columns. Over both, a single row of 6400.
 *
 * <p>Sums of floating-point numbers are trees of fixed blocks, in either direction; how threads share them never shows.
 */
final class Reductions {
    private static final int SHORT_REDUCTION = 32;

    private Reductions() {}

    /** Executes {@code op}. */
    static void reduce(HostPool pool, Op.Reduce op, TensorView x, TensorView out) {
        Layout in = x.layout();
        if (op.axes().count() == 0 && op.kind() != ReduceKind.ALL && op.kind() != ReduceKind.ANY) {
            Copies.copy(out, x);
            return;
        }
        if (out.layout().shape().isEmpty()) {
            return;
        }
        if (in.shape().isEmpty()) {
            Creation.fill(out, ofNothing(op.kind(), x.dtype()));
            return;
        }
        int rank = in.rank();
        int reducedRank = op.axes().count();
        long[] keptSizes = new long[rank - reducedRank];
        long[] keptStrides = new long[keptSizes.length];
        long[] outStrides = new long[keptSizes.length];
        long[] reducedSizes = new long[reducedRank];
        long[] reducedStrides = new long[reducedRank];
        int kept = 0;
        int reduced = 0;
        for (int dim = 0; dim < rank; dim++) {
            if (op.axes().contains(dim)) {
                reducedSizes[reduced] = in.shape().size(dim);
                reducedStrides[reduced++] = in.stride(dim);
            } else {
                keptSizes[kept] = in.shape().size(dim);
                keptStrides[kept] = in.stride(dim);
                outStrides[kept] = out.layout().stride(op.keepDims() ? dim : kept);
                kept++;
            }
        }
        Shape keptShape = Shape.of(keptSizes);
        LoopNest keptNest = LoopNest.of(
                Layout.of(keptShape, keptStrides, in.offset()),
                Layout.of(keptShape, outStrides, out.layout().offset()));
        LoopNest reducedNest = LoopNest.of(Layout.of(Shape.of(reducedSizes), reducedStrides, 0));
        if (byColumns(keptNest, reducedNest, Lanes.computed(x.dtype()))) {
            new ColumnReduction(pool, op.kind(), x, out, keptNest, reducedNest).run();
        } else {
            new RowReduction(op.kind(), x, out, keptNest, reducedNest).run();
        }
    }

    private static boolean byColumns(LoopNest kept, LoopNest reduced, DType lanes) {
        long across = Math.abs(kept.innerStride(0));
        long along = Math.abs(reduced.innerStride(0));
        if (kept.innerSize() < Math.max(16, Lanes.species(lanes).length())) {
            return false;
        }
        long count = reduced.outerCount() * reduced.innerSize();
        return across == 1 && along != 1 || count < SHORT_REDUCTION || along != 1 && across < along;
    }

    private static Scalar ofNothing(ReduceKind kind, DType dtype) {
        if (kind.needsElements()) {
            throw new IllegalStateException(kind + " of nothing is refused by OpRules");
        } else if (kind == ReduceKind.MEAN) {
            return Scalar.of(Double.NaN);
        } else if (dtype == DType.BOOL) {
            return Scalar.of(kind == ReduceKind.ALL);
        }
        return dtype.isFloatingPoint() ? Scalar.of(Folding.identity(kind)) : Scalar.of(Folding.integerIdentity(kind));
    }
}
