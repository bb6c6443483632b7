package io.gatun.tensor;

import java.util.Arrays;

/**
 * The sizes of a tensor's dimensions, outermost first: an immutable value.
 *
 * <p>A shape of no dimensions is that of a single number. A size may be zero; the tensor then has no elements. Negative
 * dimension numbers count from the end, as everywhere in this library.
 */
public final class Shape {
    private static final Shape SCALAR = new Shape(new long[0]);

    private final long[] sizes;
    private final long numel;

    private Shape(long[] sizes) {
        long product = 1;
        boolean overflow = false;
        boolean empty = false;
        for (long size : sizes) {
            if (size < 0) {
                throw new ShapeException("shape " + text(sizes) + " has a negative size");
            }
            empty |= size == 0;
            long high = Math.multiplyHigh(product, size);
            product *= size;
            overflow |= high != 0 || product < 0;
        }
        if (overflow && !empty) {
            throw new ShapeException("shape " + text(sizes) + " has more than 2^63 - 1 elements");
        }
        this.sizes = sizes;
        this.numel = empty ? 0 : product;
    }

    /**
     * A shape of these sizes.
     *
     * @throws ShapeException if a size is negative or the number of elements exceeds 2^63 - 1
     */
    public static Shape of(long... sizes) {
        return sizes.length == 0 ? SCALAR : new Shape(sizes.clone());
    }

    /** The shape of a single number: no dimensions, one element. */
    public static Shape scalar() {
        return SCALAR;
    }

    /** The number of dimensions. */
    public int rank() {
        return sizes.length;
    }

    /**
     * The size of dimension {@code dim}; negative numbers count from the end.
     *
     * @throws TensorIndexException if there is no such dimension
     */
    public long size(int dim) {
        return sizes[dim >= 0 && dim < sizes.length ? dim : normalise("size", dim)];
    }

    /** The number of elements: the product of the sizes, 1 without dimensions. */
    public long numel() {
        return numel;
    }

    /** Whether {@link #numel} is zero. */
    public boolean isEmpty() {
        return numel == 0;
    }

    /** The sizes, in an array of the caller's own. */
    public long[] toArray() {
        return sizes.clone();
    }

    /**
     * {@code dim} counted from the front.
     *
     * @param operator named in the message
     * @throws TensorIndexException if it is outside {@code [-rank, rank)}; a scalar's range is that of one dimension
     */
    public int normalise(String operator, int dim) {
        int bound = Math.max(sizes.length, 1);
        if (dim < -bound || dim >= bound) {
            throw new TensorIndexException(operator + ": dimension " + dim + " is out of range for shape " + this
                    + ": expected " + -bound + " to " + (bound - 1));
        }
        return dim < 0 ? dim + bound : dim;
    }

    /** This shape with the size of {@code dim} replaced. */
    public Shape with(int dim, long size) {
        long[] copy = sizes.clone();
        copy[normalise("with", dim)] = size;
        return new Shape(copy);
    }

    /** This shape without dimension {@code dim}. */
    public Shape without(int dim) {
        int at = normalise("without", dim);
        long[] copy = new long[sizes.length - 1];
        System.arraycopy(sizes, 0, copy, 0, at);
        System.arraycopy(sizes, at + 1, copy, at, copy.length - at);
        return new Shape(copy);
    }

    /** This shape with a dimension of {@code size} inserted before position {@code at}, from 0 to the rank. */
    public Shape insert(int at, long size) {
        long[] copy = new long[sizes.length + 1];
        System.arraycopy(sizes, 0, copy, 0, at);
        copy[at] = size;
        System.arraycopy(sizes, at, copy, at + 1, sizes.length - at);
        return new Shape(copy);
    }

    /** The dimensions from {@code from} (inclusive) to {@code to} (exclusive), counted from the front. */
    public Shape slice(int from, int to) {
        return new Shape(Arrays.copyOfRange(sizes, from, to));
    }

    /** The dimensions of this shape followed by those of {@code other}. */
    public Shape concat(Shape other) {
        long[] all = Arrays.copyOf(sizes, sizes.length + other.sizes.length);
        System.arraycopy(other.sizes, 0, all, sizes.length, other.sizes.length);
        return new Shape(all);
    }

    /**
     * The shape both operands broadcast to: aligned at the last dimension, equal sizes kept, size 1 stretched, missing
     * leading dimensions added.
     *
     * @throws ShapeException naming {@code operator}, both shapes and the first dimension that does not fit
     */
    public static Shape broadcast(String operator, Shape a, Shape b) {
        if (a.equals(b)) {
            return a;
        }
        int rank = Math.max(a.rank(), b.rank());
        long[] result = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long x = i <= a.rank() ? a.sizes[a.rank() - i] : 1;
            long y = i <= b.rank() ? b.sizes[b.rank() - i] : 1;
            if (x != y && x != 1 && y != 1) {
                throw new ShapeException(
                        operator + ": shapes " + a + " and " + b + " cannot be broadcast together: sizes " + x + " and "
                                + y + " at dimension " + -i + " differ and neither is 1");
            }
            result[rank - i] = x == 1 ? y : x;
        }
        return new Shape(result);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Shape that && Arrays.equals(sizes, that.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** As in messages: {@code (2, 3)}, {@code (5)}, {@code ()}. */
    @Override
    public String toString() {
        return text(sizes);
    }

    private static String text(long[] sizes) {
        StringBuilder out = new StringBuilder("(");
        for (int i = 0; i < sizes.length; i++) {
            out.append(i == 0 ? "" : ", ").append(sizes[i]);
        }
        return out.append(')').toString();
    }
}
