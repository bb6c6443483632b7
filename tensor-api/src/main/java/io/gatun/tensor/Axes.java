package io.gatun.tensor;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * An immutable list of dimension numbers: the axes of a reduction, the order of a permutation.
 *
 * <p>Negative numbers count from the end until {@link #normalise} has resolved them against a rank.
 */
public final class Axes {
    private static final Axes NONE = new Axes(new int[0]);

    private final int[] dims;

    private Axes(int[] dims) {
        this.dims = dims;
    }

    /** These dimensions, in this order. */
    public static Axes of(int... dims) {
        return dims.length == 0 ? NONE : new Axes(dims.clone());
    }

    /** Dimensions 0 to {@code rank - 1}. */
    public static Axes all(int rank) {
        return new Axes(IntStream.range(0, rank).toArray());
    }

    /** How many dimensions are listed. */
    public int count() {
        return dims.length;
    }

    /** The {@code i}-th of them. */
    public int get(int i) {
        return dims[i];
    }

    /** Whether {@code dim} is listed. */
    public boolean contains(int dim) {
        for (int d : dims) {
            if (d == dim) {
                return true;
            }
        }
        return false;
    }

    /** The dimensions, in an array of the caller's own. */
    public int[] toArray() {
        return dims.clone();
    }

    /**
     * The same dimensions counted from the front of {@code shape}.
     *
     * @throws TensorIndexException if one is out of range
     * @throws IllegalArgumentException if one is named twice
     */
    public Axes normalise(String operator, Shape shape) {
        int[] resolved = new int[dims.length];
        for (int i = 0; i < dims.length; i++) {
            resolved[i] = shape.normalise(operator, dims[i]);
            for (int j = 0; j < i; j++) {
                if (resolved[j] == resolved[i]) {
                    throw new TensorIndexException(operator + ": dimension " + resolved[i] + " is named twice in "
                            + this + " for shape " + shape);
                }
            }
        }
        return new Axes(resolved);
    }

    /** The same dimensions in ascending order. */
    public Axes sorted() {
        int[] copy = dims.clone();
        Arrays.sort(copy);
        return new Axes(copy);
    }

    /** For a permutation: the permutation that undoes it. */
    public Axes inverse() {
        int[] inverse = new int[dims.length];
        for (int i = 0; i < dims.length; i++) {
            inverse[dims[i]] = i;
        }
        return new Axes(inverse);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Axes that && Arrays.equals(dims, that.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
