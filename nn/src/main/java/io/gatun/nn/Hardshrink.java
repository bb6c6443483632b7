package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x where |x| is more than lambda, else 0. */
public final class Hardshrink extends Module {
    private final double lambda;

    /** With PyTorch's default, 0.5. */
    public Hardshrink() {
        this(0.5);
    }

    /** With {@code lambda}. */
    public Hardshrink(double lambda) {
        this.lambda = lambda;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.hardshrink(input, lambda);
    }

    @Override
    protected String extraRepr() {
        return python(lambda);
    }
}
