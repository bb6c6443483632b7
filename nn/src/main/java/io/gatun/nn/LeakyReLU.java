package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x where positive, else slope times x. */
public final class LeakyReLU extends Module {
    private final double negativeSlope;

    /** With PyTorch's default. */
    public LeakyReLU() {
        this(0.01);
    }

    /** With {@code negativeSlope}. */
    public LeakyReLU(double negativeSlope) {
        this.negativeSlope = negativeSlope;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.leakyRelu(input, negativeSlope);
    }

    @Override
    protected String extraRepr() {
        return "negative_slope=" + python(negativeSlope);
    }
}
