package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x moved into [min, max]. */
public final class Hardtanh extends Module {
    private final double min;
    private final double max;

    /** With PyTorch's default. */
    public Hardtanh() {
        this(-1, 1);
    }

    /** With {@code min} and {@code max}. */
    public Hardtanh(double min, double max) {
        this.min = min;
        this.max = max;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.hardtanh(input, min, max);
    }

    @Override
    protected String extraRepr() {
        return "min_val=" + python(min) + ", max_val=" + python(max);
    }
}
