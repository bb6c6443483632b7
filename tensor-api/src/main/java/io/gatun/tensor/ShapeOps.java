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

    /** {@link #transpose}, by NumPy's name. */
    default Tensor swapaxes(int axis0, int axis1) {
        return transpose(axis0, axis1);
    }

    /** {@link #transpose}, by the name that goes with {@code dim}. */
    default Tensor swapdims(int dim0, int dim1) {
        return transpose(dim0, dim1);
    }

    /** Several dimensions moved to other places; the others keep their order. */
    default Tensor movedim(int[] source, int[] destination) {
        return Rearrangements.movedim((Tensor) this, source, destination);
    }

    /** Without those dimensions of {@code dims} whose size is 1. */
    default Tensor squeeze(int... dims) {
        return Rearrangements.squeeze((Tensor) this, dims);
    }

    /** {@link #expand(Shape)}: stretched to {@code shape}. */
    default Tensor broadcastTo(Shape shape) {
        return expand(shape);
    }

    /** {@link #view(Shape)} with the shape of {@code other}. */
    default Tensor viewAs(Tensor other) {
        return view(other.shape());
    }

    /** {@link #reshape(Shape)} to the shape of {@code other}. */
    default Tensor reshapeAs(Tensor other) {
        return reshape(other.shape());
    }

    /** All elements in one dimension; a copy where strides cannot express it. */
    default Tensor ravel() {
        return reshape(-1);
    }

    /** Summed over the dimensions that broadcasting {@code size} to this shape would stretch or add. */
    default Tensor sumToSize(long... size) {
        return Rearrangements.sumToSize((Tensor) this, Shape.of(size));
    }

    /** {@link #narrow}, copied. */
    default Tensor narrowCopy(int dim, long start, long length) {
        return narrow(dim, start, length).clone();
    }

    /** Turned by 90 degrees {@code k} times in the plane of two dimensions, from the first towards the second: a copy. */
    default Tensor rot90(long k, int dim0, int dim1) {
        return Rearrangements.rot90((Tensor) this, k, dim0, dim1);
    }

    /** {@link #rot90(long, int, int)} in the plane of the first two dimensions. */
    default Tensor rot90(long k) {
        return rot90(k, 0, 1);
    }

    /** Turned around along dimension 1: a copy. */
    default Tensor fliplr() {
        Rearrangements.requireRank("fliplr", (Tensor) this, 2);
        return flip(1);
    }

    /** Turned around along dimension 0: a copy. */
    default Tensor flipud() {
        Rearrangements.requireRank("flipud", (Tensor) this, 1);
        return flip(0);
    }

    /** Rolled by several shifts, each along its dimension: a copy. */
    default Tensor roll(long[] shifts, int[] dims) {
        return Rearrangements.roll((Tensor) this, shifts, dims);
    }

    /** Each element repeated {@code repeats} times, as one dimension: a copy. */
    default Tensor repeatInterleave(long repeats) {
        return reshape(-1).repeatInterleave(repeats, 0);
    }

    /** Each index of {@code dim} repeated as often as {@code repeats} (integers, one a index or one for all) says: a copy. */
    default Tensor repeatInterleave(Tensor repeats, int dim) {
        return Rearrangements.repeatInterleave((Tensor) this, repeats, dim);
    }

    /** {@link #repeatInterleave(Tensor, int)} of all elements as one dimension. */
    default Tensor repeatInterleave(Tensor repeats) {
        return reshape(-1).repeatInterleave(repeats, 0);
    }

    /** {@link #tril(long)} in place. */
    default Tensor tril_(long diagonal) {
        return Elementwise.assign("tril", (Tensor) this, tril(diagonal));
    }

    /** {@link #tril()} in place. */
    default Tensor tril_() {
        return tril_(0);
    }

    /** {@link #triu(long)} in place. */
    default Tensor triu_(long diagonal) {
        return Elementwise.assign("triu", (Tensor) this, triu(diagonal));
    }

    /** {@link #triu()} in place. */
    default Tensor triu_() {
        return triu_(0);
    }

    /** {@code sections} pieces along {@code dim}, the first ones larger by one where it does not divide. */
    default List<Tensor> tensorSplit(long sections, int dim) {
        return Splits.sections("tensorSplit", (Tensor) this, sections, dim, false);
    }

    /** Pieces along {@code dim} that end before each of {@code indices}, and the rest; clipped as Python's slices are. */
    default List<Tensor> tensorSplit(long[] indices, int dim) {
        return Splits.atIndices("tensorSplit", (Tensor) this, indices, dim);
    }

    /** {@code sections} equal pieces along dimension 1, or of one dimension along that. */
    default List<Tensor> hsplit(long sections) {
        return Splits.sections("hsplit", (Tensor) this, sections, Splits.horizontal((Tensor) this), true);
    }

    /** {@link #tensorSplit(long[], int)} along dimension 1, or of one dimension along that. */
    default List<Tensor> hsplit(long[] indices) {
        return Splits.atIndices("hsplit", (Tensor) this, indices, Splits.horizontal((Tensor) this));
    }

    /** {@code sections} equal pieces along dimension 0 of at least two. */
    default List<Tensor> vsplit(long sections) {
        Rearrangements.requireRank("vsplit", (Tensor) this, 2);
        return Splits.sections("vsplit", (Tensor) this, sections, 0, true);
    }

    /** {@link #tensorSplit(long[], int)} along dimension 0 of at least two. */
    default List<Tensor> vsplit(long[] indices) {
        Rearrangements.requireRank("vsplit", (Tensor) this, 2);
        return Splits.atIndices("vsplit", (Tensor) this, indices, 0);
    }

    /** {@code sections} equal pieces along dimension 2 of at least three. */
    default List<Tensor> dsplit(long sections) {
        Rearrangements.requireRank("dsplit", (Tensor) this, 3);
        return Splits.sections("dsplit", (Tensor) this, sections, 2, true);
    }

    /** {@link #tensorSplit(long[], int)} along dimension 2 of at least three. */
    default List<Tensor> dsplit(long[] indices) {
        Rearrangements.requireRank("dsplit", (Tensor) this, 3);
        return Splits.atIndices("dsplit", (Tensor) this, indices, 2);
    }

    /** A number as (1); anything else as it is. */
    default Tensor atleast1d() {
        return ((Tensor) this).dim() == 0 ? reshape(1) : (Tensor) this;
    }

    /** A number as (1, 1), (n) as (1, n); anything else as it is. */
    default Tensor atleast2d() {
        return ((Tensor) this).dim() < 2 ? atleast1d().unsqueeze(0) : (Tensor) this;
    }

    /** A number as (1, 1, 1), (n) as (1, n, 1), (n, m) as (n, m, 1); anything else as it is. */
    default Tensor atleast3d() {
        return ((Tensor) this).dim() < 3 ? atleast2d().unsqueeze(-1) : (Tensor) this;
    }

    /** {@link #diag(long)} of the main diagonal. */
    default Tensor diag() {
        return diag(0);
    }

    /** Of (n) the square matrix with it on a diagonal, of a matrix that diagonal: a copy. */
    default Tensor diag(long diagonal) {
        return Diagonals.diag((Tensor) this, diagonal);
    }

    /** The square matrix with all elements, in row-major order, on a diagonal: a copy. */
    default Tensor diagflat(long offset) {
        return reshape(-1).diagEmbed(offset, 0, 1);
    }

    /** {@link #diagflat(long)} on the main diagonal. */
    default Tensor diagflat() {
        return diagflat(0);
    }

    /** {@link #diagEmbed(long, int, int)} on the main diagonal of two new last dimensions. */
    default Tensor diagEmbed() {
        return diagEmbed(0, -2, -1);
    }

    /** The last dimension on a diagonal of two new dimensions, zeros beside it: a copy. */
    default Tensor diagEmbed(long offset, int dim1, int dim2) {
        return Diagonals.embed((Tensor) this, offset, dim1, dim2);
    }

    /** A copy with {@code source} on a diagonal ({@link #diagonal(long, int, int)}). */
    default Tensor diagonalScatter(Tensor source, long offset, int dim1, int dim2) {
        return Diagonals.with("diagonalScatter", (Tensor) this, source, x -> x.diagonal(offset, dim1, dim2));
    }

    /** A copy with {@code source} at one index of {@code dim} ({@link #select}). */
    default Tensor selectScatter(Tensor source, int dim, long index) {
        return Diagonals.with("selectScatter", (Tensor) this, source, x -> x.select(dim, index));
    }

    /** A copy with {@code source} in a slice of {@code dim} ({@link #slice}). */
    default Tensor sliceScatter(Tensor source, int dim, long start, long end, long step) {
        return Diagonals.with("sliceScatter", (Tensor) this, source, x -> x.slice(dim, start, end, step));
    }

    /** One number on the main diagonal, in place: of a matrix, or of more dimensions of one size. */
    default Tensor fillDiagonal_(double value) {
        return Diagonals.fill((Tensor) this, value);
    }

    /** The powers of (m), a column each, from the ({@code n} - 1)-th to the 0-th, or the other way: (m, n). */
    default Tensor vander(long n, boolean increasing) {
        return Diagonals.vandermonde((Tensor) this, n, increasing);
    }

    /** All choices of {@code r} elements of (n), in order: (count, r). */
    default Tensor combinations(int r, boolean withReplacement) {
        return Joins.combinations((Tensor) this, r, withReplacement);
    }
}
