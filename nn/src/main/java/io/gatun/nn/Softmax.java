package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** e^x / sum(e^x) along a dimension. */
public final class Softmax extends Module {
    private final int dim;

    /** With {@code dim}. */
    public Softmax(int dim) {
        this.dim = dim;
    }

    @Override
    public Tensor forward(Tensor input) {
        return input.softmax(dim);
    }

    @Override
    protected String extraRepr() {
        return "dim=" + dim;
    }
}
