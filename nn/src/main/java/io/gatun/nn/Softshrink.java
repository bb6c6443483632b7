package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x moved towards 0 by lambda, and no further. */
public final class Softshrink extends Module {
    private final double lambda;

    /** With PyTorch's default, 0.5. */
    public Softshrink() {
        this(0.5);
    }

    /** With {@code lambda}. */
    public Softshrink(double lambda) {
        this.lambda = lambda;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.softshrink(input, lambda);
    }

    @Override
    protected String extraRepr() {
        return python(lambda);
    }
}
