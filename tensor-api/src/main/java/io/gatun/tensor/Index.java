package io.gatun.tensor;

import java.util.Arrays;

/**
 * One entry of an indexing expression, for static import: {@code t.get(all(), at(0))} is {@code t[:, 0]}, {@code
 * t.get(from(2), step(2))} is {@code t[2:, ::2]}.
 *
 * <p>{@link #at}, ranges, {@link #ellipsis} and {@link #newAxis} alone give a view. {@link #indices} and {@link #mask} pick
 * elements one by one and give a copy; index tensors broadcast together, and their dimensions appear where the first of
 * them stood if they stand next to each other, else in front, as in PyTorch and NumPy.
 */
public sealed interface Index {
    /** The only step that needs no name: every index. */
    long OPEN = Long.MAX_VALUE;

    /** One index; the dimension is dropped. */
    record At(long index) implements Index {}

    /** Indices start, start + step, ... below end; negative bounds count from the end; end {@link #OPEN} is none. */
    record Range(long start, long end, long step) implements Index {
        /** This range with another step. */
        public Range step(long step) {
            return new Range(start, end, step);
        }
    }

    /** All dimensions that no other entry names. */
    record Ellipsis() implements Index {}

    /** A new dimension of size 1. */
    record NewAxis() implements Index {}

    /** Picked by a tensor: of integers, or of bool over as many dimensions as it has. */
    record Picked(Tensor tensor) implements Index {}

    /** One index; negative counts from the end. {@code t[i]}. */
    static Index at(long index) {
        return new At(index);
    }

    /** The whole dimension. {@code t[:]}. */
    static Range all() {
        return new Range(0, OPEN, 1);
    }

    /** From {@code start} on. {@code t[start:]}. */
    static Range from(long start) {
        return new Range(start, OPEN, 1);
    }

    /** Up to {@code end}, exclusive. {@code t[:end]}. */
    static Range to(long end) {
        return new Range(0, end, 1);
    }

    /** From {@code start} to {@code end}, exclusive. {@code t[start:end]}. */
    static Range range(long start, long end) {
        return new Range(start, end, 1);
    }

    /** From {@code start} to {@code end} in steps. {@code t[start:end:step]}. */
    static Range range(long start, long end, long step) {
        return new Range(start, end, step);
    }

    /** Every {@code step}-th. {@code t[::step]}. */
    static Range step(long step) {
        return new Range(0, OPEN, step);
    }

    /** All dimensions not named by the other entries. {@code t[...]}. */
    static Index ellipsis() {
        return new Ellipsis();
    }

    /** A new dimension of size 1. {@code t[None]}. */
    static Index newAxis() {
        return new NewAxis();
    }

    /** These indices, one by one. {@code t[[i, j]]}. */
    static Index indices(long... indices) {
        return new Picked(Tensor.of(Arrays.copyOf(indices, indices.length)));
    }

    /** The indices in {@code tensor}, of any integer dtype and shape. {@code t[tensor]}. */
    static Index indices(Tensor tensor) {
        if (!tensor.dtype().isIntegral()) {
            throw new DTypeException("indices: an index must be of an integer dtype, not " + tensor.dtype()
                    + (tensor.dtype() == DType.BOOL ? ": use mask" : ""));
        }
        return new Picked(tensor);
    }

    /** Where {@code mask}, of bool and of the shape of the dimensions it stands for, holds. {@code t[mask]}. */
    static Index mask(Tensor mask) {
        Masks.require("mask", mask);
        return new Picked(mask);
    }
}
