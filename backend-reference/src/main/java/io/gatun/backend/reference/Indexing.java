package io.gatun.backend.reference;

import io.gatun.tensor.Layout;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ScatterKind;
import io.gatun.tensor.spi.TensorView;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Elements taken from, put to or added at places that a tensor of indices names. With the dimension concerned moved last,
 * a place is within the row of its index. All indices are checked before anything is written.
 *
 * <p>Moving a dimension keeps the order of the indices along it, and two indices meet in one place only if they differ
 * along it alone: so of two puts in one place the later in row-major order of the index stays the later.
 */
final class Indexing {
    private Indexing() {}

    /** The values of an index, each within {@code [0, bound)}. */
    private static void check(Op op, TensorView index, int dim, long bound) {
        long[] values = RowMajor.longs(index);
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] >= bound) {
                throw new TensorIndexException(op.operatorName() + ": index " + values[i] + " at position "
                        + RowMajor.position(index.layout(), i) + " is out of range for dimension " + dim + " of size "
                        + bound + ": expected 0 to " + (bound - 1));
            }
        }
    }

    private static long sizeOf(TensorView x, int dim) {
        return x.layout().rank() == 0 ? 1 : x.layout().shape().size(dim);
    }

    /** The layout cut to the index's sizes outside {@code dim}: rows of x and of the index then correspond. */
    private static Layout cut(Layout layout, Layout index, int dim) {
        Layout part = layout;
        for (int i = 0; i < layout.rank(); i++) {
            part = i == dim ? part : part.slice(i, 0, index.shape().size(i), 1);
        }
        return part;
    }

    static void gather(Op.Gather op, TensorView x, TensorView index, TensorView out) {
        int dim = op.dim();
        check(op, index, dim, sizeOf(x, dim));
        long[] from = RowMajor.bits(x, RowMajor.along(cut(x.layout(), index.layout(), dim), dim));
        long[] places = RowMajor.longs(index, RowMajor.along(index.layout(), dim));
        int n = (int) sizeOf(x, dim);
        int m = (int) sizeOf(index, dim);
        long[] taken = new long[places.length];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = from[i / m * n + (int) places[i]];
        }
        RowMajor.storeBits(out, RowMajor.along(out.layout(), dim), taken);
    }

    static void scatter(Op.Scatter op, TensorView x, TensorView index, TensorView source, TensorView out) {
        int dim = op.dim();
        check(op, index, dim, sizeOf(x, dim));
        long[] places = RowMajor.longs(index, RowMajor.along(index.layout(), dim));
        Layout cutSource = cut(source.layout(), index.layout(), dim);
        Layout read =
                RowMajor.along(cutSource.rank() == 0 ? cutSource : cutSource.slice(dim, 0, sizeOf(index, dim), 1), dim);
        int n = (int) sizeOf(x, dim);
        int m = (int) sizeOf(index, dim);
        Layout reached = RowMajor.along(cut(x.layout(), index.layout(), dim), dim);
        Layout written = RowMajor.along(cut(out.layout(), index.layout(), dim), dim);
        if (op.kind() == ScatterKind.PUT) {
            long[] values = RowMajor.bits(x, reached);
            long[] put = RowMajor.bits(source, read);
            for (int i = 0; i < places.length; i++) {
                values[i / m * n + (int) places[i]] = put[i];
            }
            RowMajor.storeBits(out, RowMajor.bits(x));
            RowMajor.storeBits(out, written, values);
        } else if (x.dtype().isFloatingPoint()) {
            double[] values = RowMajor.doubles(x, reached);
            double[] brought = RowMajor.doubles(source, read);
            DoubleBinaryOperator f = BinaryFunctions.ofDoubles(op.kind().combination(), x.dtype());
            for (int i = 0; i < places.length; i++) {
                int at = i / m * n + (int) places[i];
                values[at] = f.applyAsDouble(values[at], brought[i]);
            }
            RowMajor.storeBits(out, RowMajor.bits(x));
            RowMajor.store(out, written, values);
        } else {
            long[] values = RowMajor.longs(x, reached);
            long[] brought = RowMajor.longs(source, read);
            LongBinaryOperator f = BinaryFunctions.ofLongs(op.kind().combination(), x.dtype());
            for (int i = 0; i < places.length; i++) {
                int at = i / m * n + (int) places[i];
                values[at] = f.applyAsLong(values[at], brought[i]);
            }
            RowMajor.storeBits(out, RowMajor.bits(x));
            RowMajor.store(out, written, values);
        }
    }

    static void indexSelect(Op.IndexSelect op, TensorView x, TensorView index, TensorView out) {
        int dim = op.dim();
        check(op, index, dim, sizeOf(x, dim));
        long[] from = RowMajor.bits(x, RowMajor.along(x.layout(), dim));
        long[] places = RowMajor.longs(index);
        int n = (int) sizeOf(x, dim);
        int m = places.length;
        long[] taken = new long[RowMajor.length(out.layout())];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = from[i / m * n + (int) places[i % m]];
        }
        RowMajor.storeBits(out, RowMajor.along(out.layout(), dim), taken);
    }

    static void indexAdd(Op.IndexAdd op, TensorView x, TensorView index, TensorView source, TensorView out) {
        int dim = op.dim();
        check(op, index, dim, sizeOf(x, dim));
        long[] places = RowMajor.longs(index);
        Layout rows = RowMajor.along(x.layout(), dim);
        Layout written = RowMajor.along(out.layout(), dim);
        Layout read = RowMajor.along(source.layout(), dim);
        int n = (int) sizeOf(x, dim);
        int m = places.length;
        if (x.dtype().isFloatingPoint()) {
            double[] values = RowMajor.doubles(x, rows);
            double[] added = RowMajor.doubles(source, read);
            for (int i = 0; i < added.length; i++) {
                values[i / m * n + (int) places[i % m]] += added[i];
            }
            RowMajor.store(out, written, values);
        } else {
            long[] values = RowMajor.longs(x, rows);
            long[] added = RowMajor.longs(source, read);
            for (int i = 0; i < added.length; i++) {
                values[i / m * n + (int) places[i % m]] += added[i];
            }
            RowMajor.store(out, written, values);
        }
    }

    static void nonzero(TensorView x, TensorView out) {
        boolean[] truth = truth(x);
        int rank = x.layout().rank();
        long[] positions = new long[RowMajor.length(out.layout())];
        int at = 0;
        for (int i = 0; i < truth.length; i++) {
            if (truth[i]) {
                int rest = i;
                for (int dim = rank - 1; dim >= 0; dim--) {
                    int size = (int) x.layout().shape().size(dim);
                    positions[at + dim] = rest % size;
                    rest /= size;
                }
                at += rank;
            }
        }
        RowMajor.store(out, positions);
    }

    private static boolean[] truth(TensorView x) {
        boolean[] truth = new boolean[RowMajor.length(x.layout())];
        if (x.dtype().isFloatingPoint()) {
            double[] values = RowMajor.doubles(x);
            for (int i = 0; i < truth.length; i++) {
                truth[i] = values[i] != 0;
            }
        } else {
            long[] values = RowMajor.longs(x);
            for (int i = 0; i < truth.length; i++) {
                truth[i] = values[i] != 0;
            }
        }
        return truth;
    }
}
