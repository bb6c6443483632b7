package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x where positive, else alpha (e^x - 1). */
public final class ELU extends Module {
    private final double alpha;

    /** With PyTorch's default. */
    public ELU() {
        this(1.0);
    }

    /** With {@code alpha}. */
    public ELU(double alpha) {
        this.alpha = alpha;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.elu(input, alpha);
    }

    @Override
    protected String extraRepr() {
        return "alpha=" + python(alpha);
    }
}
