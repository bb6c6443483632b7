package io.gatun.tensor;

import io.gatun.tensor.op.Op;

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
        return Indexing.scatter((Tensor) this, dim, index, source, false);
    }

    /** A copy with out[index[i][j]][j] += source[i][j] for dim 0, and so on. */
    default Tensor scatterAdd(int dim, Tensor index, Tensor source) {
        return Indexing.scatter((Tensor) this, dim, index, source, true);
    }

    /** {@link #scatterAdd} in place. */
    default Tensor scatterAdd_(int dim, Tensor index, Tensor source) {
        return Indexing.scatterInPlace((Tensor) this, dim, index, source, true);
    }

    /** {@link #scatter} in place. */
    default Tensor scatter_(int dim, Tensor index, Tensor source) {
        return Indexing.scatterInPlace((Tensor) this, dim, index, source, false);
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

    /** The {@code k} largest, or smallest, along {@code dim}, in order from the extreme. */
    default ValuesAndIndices topk(long k, int dim, boolean largest) {
        return Indexing.topk((Tensor) this, k, dim, largest);
    }
}
