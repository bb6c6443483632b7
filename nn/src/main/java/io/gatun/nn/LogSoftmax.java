package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** log(softmax(x)) along a dimension, without overflow. */
public final class LogSoftmax extends Module {
    private final int dim;

    /** With {@code dim}. */
    public LogSoftmax(int dim) {
        this.dim = dim;
    }

    @Override
    public Tensor forward(Tensor input) {
        return input.logSoftmax(dim);
    }

    @Override
    protected String extraRepr() {
        return "dim=" + dim;
    }
}
