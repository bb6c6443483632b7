package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ScatterKind;
import java.util.List;

/**
 * The operators of {@link Tensor} that pick elements by position. Indices are {@code I64} (other integer dtypes are
 * cast).
 *
 * <p>An index out of range is refused with a {@link TensorIndexException} that names position and bound, before anything
 * is written.
 */
public sealed interface IndexingOps permits Tensor {
    /** Index {@code index} of the first dimension: a view. Negative counts from the end. */
    default Tensor get(long index) {
        return ((Tensor) this).select(0, index);
    }

    /** An indexing expression; see {@link Index} for when the result is a view and when a copy. */
    default Tensor get(Index... indices) {
        return Indexing.get((Tensor) this, indices);
    }

    /** {@code this[indices] = value}, broadcast to the place; the dtype is converted to this tensor's. */
    default Tensor put(Tensor value, Index... indices) {
        return Indexing.put((Tensor) this, value, false, indices);
    }

    /** {@link #put(Tensor, Index...)} of a number. */
    default Tensor put(double value, Index... indices) {
        Tensor x = (Tensor) this;
        return put(Tensor.full(Shape.scalar(), Scalar.of(value), x.dtype(), x.device()), indices);
    }

    /** {@link #put(Tensor, Index...)} of an integer, exactly. */
    default Tensor put(long value, Index... indices) {
        Tensor x = (Tensor) this;
        return put(Tensor.full(Shape.scalar(), Scalar.of(value), x.dtype(), x.device()), indices);
    }

    /** {@code this[indices] += value} where an index that occurs twice counts twice. */
    default Tensor accumulate(Tensor value, Index... indices) {
        return Indexing.put((Tensor) this, value, true, indices);
    }

    /** Slices of {@code dim} at the positions in {@code index} (one dimension): a copy. */
    default Tensor indexSelect(int dim, Tensor index) {
        return Indexing.indexSelect((Tensor) this, dim, index);
    }

    /** out[i][j] = this[index[i][j]][j] for dim 0, and so on: a copy of the shape of {@code index}. */
    default Tensor gather(int dim, Tensor index) {
        Tensor x = (Tensor) this;
        return Indexing.gather(x, dim, index);
    }

    /** {@link #gather} with index and this broadcast against each other outside {@code dim}. */
    default Tensor takeAlongDim(Tensor index, int dim) {
        return Indexing.takeAlongDim((Tensor) this, index, dim);
    }

    /** A copy with out[index[i][j]][j] = source[i][j] for dim 0, and so on; of two in one place the later stays. */
    default Tensor scatter(int dim, Tensor index, Tensor source) {
        return Indexing.scatter((Tensor) this, dim, index, source, ScatterKind.PUT);
    }

    /** A copy with out[index[i][j]][j] += source[i][j] for dim 0, and so on. */
    default Tensor scatterAdd(int dim, Tensor index, Tensor source) {
        return Indexing.scatter((Tensor) this, dim, index, source, ScatterKind.ADD);
    }

    /** {@link #scatterAdd} in place. */
    default Tensor scatterAdd_(int dim, Tensor index, Tensor source) {
        return Indexing.scatterInPlace((Tensor) this, dim, index, source, ScatterKind.ADD);
    }

    /** {@link #scatter} in place. */
    default Tensor scatter_(int dim, Tensor index, Tensor source) {
        return Indexing.scatterInPlace((Tensor) this, dim, index, source, ScatterKind.PUT);
    }

    /** A copy with slices of {@code source} added at the positions in {@code index} (one dimension) of {@code dim}. */
    default Tensor indexAdd(int dim, Tensor index, Tensor source) {
        return Indexing.indexAdd((Tensor) this, dim, index, source);
    }

    /** {@link #indexAdd} in place. */
    default Tensor indexAdd_(int dim, Tensor index, Tensor source) {
        return Indexing.indexAddInPlace((Tensor) this, dim, index, source);
    }

    /** The elements where {@code mask} (bool, broadcast) holds, in row-major order, as one dimension: a copy. */
    default Tensor maskedSelect(Tensor mask) {
        return Masks.select((Tensor) this, mask);
    }

    /** The positions of the elements other than zero: (count, rank) {@code I64}, in row-major order. */
    default Tensor nonzero() {
        Tensor x = (Tensor) this;
        return Dispatch.run(new Op.Nonzero(x.countNonzero().itemLong()), x);
    }

    /** Sorted along the last dimension, ascending; stable; NaN last. */
    default ValuesAndIndices sort() {
        return sort(-1, false);
    }

    /** {@link #sort(int, boolean)}, ascending. */
    default ValuesAndIndices sort(int dim) {
        return sort(dim, false);
    }

    /** Sorted along {@code dim}; stable; NaN is the largest. */
    default ValuesAndIndices sort(int dim, boolean descending) {
        return Indexing.sort((Tensor) this, dim, descending);
    }

    /** The indices that would sort along {@code dim}. */
    default Tensor argsort(int dim, boolean descending) {
        return sort(dim, descending).indices();
    }

    /** {@link #argsort(int, boolean)}, ascending. */
    default Tensor argsort(int dim) {
        return argsort(dim, false);
    }

    /** The {@code k} largest along the last dimension, descending. */
    default ValuesAndIndices topk(long k) {
        return topk(k, -1, true);
    }

    /** The {@code k} largest along {@code dim}, descending. */
    default ValuesAndIndices topk(long k, int dim) {
        return topk(k, dim, true);
    }

    /** The {@code k} largest, or smallest, along {@code dim}, in order from the extreme. */
    default ValuesAndIndices topk(long k, int dim, boolean largest) {
        return Indexing.topk((Tensor) this, k, dim, largest);
    }

    /** {@link #scatter(int, Tensor, Tensor)} of one number. */
    default Tensor scatter(int dim, Tensor index, double value) {
        return scatter(dim, index, Places.filled((Tensor) this, index, Scalar.of(value)));
    }

    /** {@link #scatter(int, Tensor, Tensor)} of one integer, exactly. */
    default Tensor scatter(int dim, Tensor index, long value) {
        return scatter(dim, index, Places.filled((Tensor) this, index, Scalar.of(value)));
    }

    /** {@link #scatter(int, Tensor, double)} in place. */
    default Tensor scatter_(int dim, Tensor index, double value) {
        return scatter_(dim, index, Places.filled((Tensor) this, index, Scalar.of(value)));
    }

    /** {@link #scatter(int, Tensor, long)} in place. */
    default Tensor scatter_(int dim, Tensor index, long value) {
        return scatter_(dim, index, Places.filled((Tensor) this, index, Scalar.of(value)));
    }

    /** {@link #scatterReduce(int, Tensor, Tensor, ScatterReduction, boolean)} that includes what is there. */
    default Tensor scatterReduce(int dim, Tensor index, Tensor source, ScatterReduction reduce) {
        return scatterReduce(dim, index, source, reduce, true);
    }

    /** A copy in which all that {@link #scatter} would bring to one place is reduced to one element, together with what is there if {@code includeSelf}. */
    default Tensor scatterReduce(int dim, Tensor index, Tensor source, ScatterReduction reduce, boolean includeSelf) {
        return Places.scatterReduce((Tensor) this, dim, index, source, reduce, includeSelf);
    }

    /** {@link #scatterReduce(int, Tensor, Tensor, ScatterReduction, boolean)} in place. */
    default Tensor scatterReduce_(int dim, Tensor index, Tensor source, ScatterReduction reduce, boolean includeSelf) {
        return Elementwise.assign(
                "scatterReduce",
                (Tensor) this,
                Elementwise.old((Tensor) this, source).scatterReduce(dim, index, source, reduce, includeSelf));
    }

    /** {@link #scatterReduce} of whole slices of {@code dim}, at the positions in {@code index} (one dimension). */
    default Tensor indexReduce(int dim, Tensor index, Tensor source, ScatterReduction reduce, boolean includeSelf) {
        return Places.indexReduce((Tensor) this, dim, index, source, reduce, includeSelf);
    }

    /** {@link #indexReduce(int, Tensor, Tensor, ScatterReduction, boolean)} in place. */
    default Tensor indexReduce_(int dim, Tensor index, Tensor source, ScatterReduction reduce, boolean includeSelf) {
        return Elementwise.assign(
                "indexReduce",
                (Tensor) this,
                Elementwise.old((Tensor) this, source).indexReduce(dim, index, source, reduce, includeSelf));
    }

    /** {@link #indexAdd(int, Tensor, Tensor)} of {@code alpha * source}. */
    default Tensor indexAdd(int dim, Tensor index, Tensor source, double alpha) {
        return indexAdd(dim, index, Arithmetic.times("indexAdd", source, alpha));
    }

    /** {@link #indexAdd(int, Tensor, Tensor, double)} in place. */
    default Tensor indexAdd_(int dim, Tensor index, Tensor source, double alpha) {
        return indexAdd_(dim, index, Arithmetic.times("indexAdd", source, alpha));
    }

    /** A copy with slices of {@code source} put at the positions in {@code index} (one dimension) of {@code dim}. */
    default Tensor indexCopy(int dim, Tensor index, Tensor source) {
        return Places.indexCopy((Tensor) this, dim, index, source);
    }

    /** {@link #indexCopy(int, Tensor, Tensor)} in place. */
    default Tensor indexCopy_(int dim, Tensor index, Tensor source) {
        return Elementwise.assign("indexCopy", (Tensor) this, indexCopy(dim, index, source));
    }

    /** A copy with one number in the slices at the positions in {@code index} (one dimension) of {@code dim}. */
    default Tensor indexFill(int dim, Tensor index, double value) {
        return Places.indexFill((Tensor) this, dim, index, Scalar.of(value));
    }

    /** {@link #indexFill(int, Tensor, double)} in place. */
    default Tensor indexFill_(int dim, Tensor index, double value) {
        return Elementwise.assign("indexFill", (Tensor) this, indexFill(dim, index, value));
    }

    /** {@link #indexFill(int, Tensor, double)} of an integer. */
    default Tensor indexFill(int dim, Tensor index, long value) {
        return Places.indexFill((Tensor) this, dim, index, Scalar.of(value));
    }

    /** {@link #indexFill(int, Tensor, long)} in place. */
    default Tensor indexFill_(int dim, Tensor index, long value) {
        return Elementwise.assign("indexFill", (Tensor) this, indexFill(dim, index, value));
    }

    /** {@link #indexFill(int, Tensor, double)} of a zero-dimensional tensor, which gets its gradient. */
    default Tensor indexFill(int dim, Tensor index, Tensor value) {
        return Places.indexFill((Tensor) this, dim, index, value);
    }

    /** {@link #indexFill(int, Tensor, Tensor)} in place. */
    default Tensor indexFill_(int dim, Tensor index, Tensor value) {
        return Elementwise.assign("indexFill", (Tensor) this, indexFill(dim, index, value));
    }

    /** {@link #indexPut(List, Tensor, boolean)} without accumulation. */
    default Tensor indexPut(List<Tensor> indices, Tensor values) {
        return indexPut(indices, values, false);
    }

    /**
     * A copy with {@code values}, broadcast, put at index tensors or masks, one a dimension from the first on; with {@code
     * accumulate} added, an index that occurs twice counting twice.
     */
    default Tensor indexPut(List<Tensor> indices, Tensor values, boolean accumulate) {
        return ((Tensor) this).clone().indexPut_(indices, values, accumulate);
    }

    /** {@link #indexPut(List, Tensor)} in place. */
    default Tensor indexPut_(List<Tensor> indices, Tensor values) {
        return indexPut_(indices, values, false);
    }

    /** {@link #indexPut(List, Tensor, boolean)} in place. */
    default Tensor indexPut_(List<Tensor> indices, Tensor values, boolean accumulate) {
        return Places.indexPut((Tensor) this, indices, values, accumulate);
    }

    /** The elements at positions in row-major order, negative from the end: a copy of the shape of {@code index}. */
    default Tensor take(Tensor index) {
        return Places.take((Tensor) this, index);
    }

    /** {@link #put_(Tensor, Tensor, boolean)} without accumulation. */
    default Tensor put_(Tensor index, Tensor source) {
        return put_(index, source, false);
    }

    /**
     * Puts the elements of {@code source} at positions in row-major order, negative from the end; with {@code accumulate}
     * adds them. Both have as many elements, and source this dtype.
     */
    default Tensor put_(Tensor index, Tensor source, boolean accumulate) {
        return Elementwise.assign("put", (Tensor) this, Places.put((Tensor) this, index, source, accumulate));
    }

    /** A copy with the elements of {@code source}, in row-major order, where {@code mask} (bool, broadcast) holds. */
    default Tensor maskedScatter(Tensor mask, Tensor source) {
        return Places.maskedScatter((Tensor) this, mask, source);
    }

    /** {@link #maskedScatter(Tensor, Tensor)} in place. */
    default Tensor maskedScatter_(Tensor mask, Tensor source) {
        return Elementwise.assign("maskedScatter", (Tensor) this, maskedScatter(mask, source));
    }

    /** The positions of the elements other than zero, one {@code I64} tensor of shape (count) a dimension. */
    default List<Tensor> nonzeroAsTuple() {
        return ((Tensor) this).dim() == 0
                ? ((Tensor) this).reshape(1).nonzero().unbind(1)
                : nonzero().unbind(1);
    }
}
