package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x where positive, else alpha (e^(x / alpha) - 1). */
public final class CELU extends Module {
    private final double alpha;

    /** With PyTorch's default, 1.0. */
    public CELU() {
        this(1.0);
    }

    /** With {@code alpha}. */
    public CELU(double alpha) {
        this.alpha = alpha;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.celu(input, alpha);
    }

    @Override
    protected String extraRepr() {
        return "alpha=" + python(alpha);
    }
}
