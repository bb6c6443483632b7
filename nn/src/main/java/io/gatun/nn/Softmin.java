package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** softmax(-x) along a dimension. */
public final class Softmin extends Module {
    private final int dim;

    /** With {@code dim}. */
    public Softmin(int dim) {
        this.dim = dim;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.softmin(input, dim);
    }

    @Override
    protected String extraRepr() {
        return "dim=" + dim;
    }
}
