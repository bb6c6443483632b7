package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.Arrays;

/** Dimension {@code dim} split into several sizes, one of which may be -1: a view. */
public final class Unflatten extends Module {
    private final int dim;
    private final long[] sizes;

    /** {@code dim} becomes {@code sizes}. */
    public Unflatten(int dim, long... sizes) {
        this.dim = dim;
        this.sizes = sizes.clone();
    }

    @Override
    public Tensor forward(Tensor input) {
        return input.unflatten(dim, sizes);
    }

    @Override
    protected String extraRepr() {
        return "dim=" + dim + ", unflattened_size="
                + Arrays.toString(sizes).replace('[', '(').replace(']', ')');
    }
}
