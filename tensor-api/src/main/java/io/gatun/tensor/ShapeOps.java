package io.gatun.tensor;

import java.util.List;

/**
 * The shape operators of {@link Tensor}. Unless its documentation says "copy", a result is a view: it shares this
 * tensor's storage, and writing through one is seen through the other.
 */
public sealed interface ShapeOps permits Tensor {
    /**
     * The same elements in row-major order under another shape, as a view where strides can express it and a copy where
     * not. One size may be -1: it is worked out.
     *
     * @throws ShapeException if the number of elements differs
     */
    default Tensor reshape(long... shape) {
        return Shapes.reshape((Tensor) this, shape);
    }

    /** {@link #reshape(long...)} to a known shape. */
    default Tensor reshape(Shape shape) {
        return Shapes.reshape((Tensor) this, shape.toArray());
    }

    /**
     * The same elements in row-major order under another shape, as a view. One size may be -1.
     *
     * @throws ShapeException if the number of elements differs, or strides cannot express it: {@link #reshape} or
     *     {@link #contiguous} would copy
     */
    default Tensor view(long... shape) {
        return Shapes.view((Tensor) this, shape);
    }

    /** {@link #view(long...)} to a known shape. */
    default Tensor view(Shape shape) {
        return Shapes.view((Tensor) this, shape.toArray());
    }

    /** Dimension numbers reordered: dimension i of the result is dimension {@code dims[i]} of this. */
    default Tensor permute(int... dims) {
        return Shapes.permute((Tensor) this, dims);
    }

    /** Two dimensions swapped. */
    default Tensor transpose(int dim0, int dim1) {
        return Shapes.transpose((Tensor) this, dim0, dim1);
    }

    /** The transpose of a matrix; tensors of fewer dimensions are left as they are. */
    default Tensor t() {
        return Shapes.matrixTranspose((Tensor) this);
    }

    /** One dimension, or with a list several, moved to another place; the others keep their order. */
    default Tensor movedim(int source, int destination) {
        return Shapes.movedim((Tensor) this, source, destination);
    }

    /** Without the dimensions of size 1. */
    default Tensor squeeze() {
        return Shapes.squeeze((Tensor) this);
    }

    /** Without dimension {@code dim} if its size is 1, else the same. */
    default Tensor squeeze(int dim) {
        return Shapes.squeeze((Tensor) this, dim);
    }

    /** With a dimension of size 1 at position {@code dim}, from -(rank + 1) to rank. */
    default Tensor unsqueeze(int dim) {
        return Shapes.unsqueeze((Tensor) this, dim);
    }

    /** Stretched: sizes of 1 repeat, new dimensions appear in front; -1 keeps a size. Nothing is copied. */
    default Tensor expand(long... sizes) {
        return Shapes.expand((Tensor) this, sizes);
    }

    /** {@link #expand(long...)} to a known shape. */
    default Tensor expand(Shape shape) {
        Tensor x = (Tensor) this;
        return x.layout().shape().equals(shape) ? x : Shapes.expand(x, shape.toArray());
    }

    /** {@link #expand(Shape)} to the shape of {@code other}. */
    default Tensor expandAs(Tensor other) {
        return expand(other.shape());
    }

    /** All dimensions as one; a copy where strides cannot express it. */
    default Tensor flatten() {
        return flatten(0, -1);
    }

    /** Dimensions {@code startDim} to the last as one. */
    default Tensor flatten(int startDim) {
        return flatten(startDim, -1);
    }

    /** Dimensions {@code startDim} to {@code endDim}, inclusive, as one; a copy where strides cannot express it. */
    default Tensor flatten(int startDim, int endDim) {
        return Shapes.flatten((Tensor) this, startDim, endDim);
    }

    /** Dimension {@code dim} split into several; one size may be -1. */
    default Tensor unflatten(int dim, long... sizes) {
        return Shapes.unflatten((Tensor) this, dim, sizes);
    }

    /** Indices {@code start} to {@code start + length} of {@code dim}. */
    default Tensor narrow(int dim, long start, long length) {
        return Shapes.narrow((Tensor) this, dim, start, length);
    }

    /** Index {@code index} of {@code dim}, which is dropped. */
    default Tensor select(int dim, long index) {
        return Shapes.select((Tensor) this, dim, index);
    }

    /** Every {@code step}-th index of {@code dim} from {@code start} to {@code end}; clipped as Python's slices are. */
    default Tensor slice(int dim, long start, long end, long step) {
        return Shapes.slice((Tensor) this, dim, start, end, step);
    }

    /** Pieces of {@code size} along {@code dim}, the last perhaps smaller. */
    default List<Tensor> split(long size, int dim) {
        return Shapes.split((Tensor) this, size, dim);
    }

    /** Pieces of these sizes along {@code dim}. */
    default List<Tensor> split(long[] sizes, int dim) {
        return Shapes.split((Tensor) this, sizes, dim);
    }

    /** At most {@code chunks} pieces of equal size along {@code dim}, the last perhaps smaller. */
    default List<Tensor> chunk(int chunks, int dim) {
        return Shapes.chunk((Tensor) this, chunks, dim);
    }

    /** Every index of {@code dim}, which is dropped. */
    default List<Tensor> unbind(int dim) {
        return Shapes.unbind((Tensor) this, dim);
    }

    /** The main diagonal of a matrix. */
    default Tensor diagonal() {
        return diagonal(0, 0, 1);
    }

    /** The elements whose indices in {@code dim1} and {@code dim2} differ by {@code offset}, as a last dimension. */
    default Tensor diagonal(long offset, int dim1, int dim2) {
        return Shapes.diagonal((Tensor) this, offset, dim1, dim2);
    }

    /** Windows of {@code size} along {@code dimension}, one every {@code step}; their elements become the last dimension. */
    default Tensor unfold(int dimension, long size, long step) {
        return Shapes.unfold((Tensor) this, dimension, size, step);
    }

    /**
     * Any shape and strides over this tensor's storage, from element {@code offset} of it.
     *
     * @throws ShapeException if it would reach outside the storage
     */
    default Tensor asStrided(Shape shape, long[] strides, long offset) {
        return Shapes.asStrided((Tensor) this, shape, strides, offset);
    }

    /** Turned around along {@code dims}: a copy. */
    default Tensor flip(int... dims) {
        return Shapes.flip((Tensor) this, dims);
    }

    /** Rolled by {@code shift} along {@code dim}; what leaves at the end comes in at the front: a copy. */
    default Tensor roll(long shift, int dim) {
        return Shapes.roll((Tensor) this, shift, dim);
    }

    /** Rolled by {@code shift} in row-major order: a copy. */
    default Tensor roll(long shift) {
        Tensor x = (Tensor) this;
        return x.reshape(-1).roll(shift, 0).reshape(x.shape());
    }

    /** Repeated this many times along each dimension, new ones in front: a copy. At least the rank are needed. */
    default Tensor repeat(long... times) {
        return Shapes.repeat("repeat", (Tensor) this, times);
    }

    /** Repeated this many times along the last dimensions, as NumPy's {@code tile}: a copy. */
    default Tensor tile(long... times) {
        return Shapes.tile((Tensor) this, times);
    }

    /** Each index of {@code dim} repeated {@code repeats} times in place: a copy. */
    default Tensor repeatInterleave(long repeats, int dim) {
        return Shapes.repeatInterleave((Tensor) this, repeats, dim);
    }

    /** The lower triangle of the last two dimensions, zeros above: a copy. */
    default Tensor tril() {
        return tril(0);
    }

    /** The elements on and below diagonal {@code diagonal}, zeros above: a copy. */
    default Tensor tril(long diagonal) {
        return Shapes.triangle((Tensor) this, diagonal, true);
    }

    /** The upper triangle of the last two dimensions, zeros below: a copy. */
    default Tensor triu() {
        return triu(0);
    }

    /** The elements on and above diagonal {@code diagonal}, zeros below: a copy. */
    default Tensor triu(long diagonal) {
        return Shapes.triangle((Tensor) this, diagonal, false);
    }

    /** With {@code before} and {@code after} zeros, or {@code value}, around each dimension, first to last: a copy. */
    default Tensor pad(long[] before, long[] after, double value) {
        return Shapes.pad((Tensor) this, before, after, Scalar.of(value));
    }

    /** This tensor if it is contiguous, else a contiguous copy. */
    default Tensor contiguous() {
        Tensor x = (Tensor) this;
        return x.isContiguous() ? x : x.clone();
    }
}
