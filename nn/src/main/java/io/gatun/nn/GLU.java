package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** The first half of a dimension times the sigmoid of the second. */
public final class GLU extends Module {
    private final int dim;

    /** With PyTorch's default, -1. */
    public GLU() {
        this(-1);
    }

    /** With {@code dim}. */
    public GLU(int dim) {
        this.dim = dim;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.glu(input, dim);
    }

    @Override
    protected String extraRepr() {
        return "dim=" + dim;
    }
}
