package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x Φ(x), with Φ the normal distribution function: exactly, or by tanh. */
public final class GELU extends Module {
    private final String approximate;

    /** With PyTorch's default. */
    public GELU() {
        this("none");
    }

    /** With {@code approximate}. */
    public GELU(String approximate) {
        this.approximate = approximate;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.gelu(input, approximate);
    }

    @Override
    protected String extraRepr() {
        return "approximate='" + approximate + "'";
    }
}
