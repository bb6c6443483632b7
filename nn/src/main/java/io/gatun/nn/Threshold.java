package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x where it is more than a threshold, else a value. */
public final class Threshold extends Module {
    private final double threshold;
    private final double value;

    /** With these two. */
    public Threshold(double threshold, double value) {
        this.threshold = threshold;
        this.value = value;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.threshold(input, threshold, value);
    }

    @Override
    protected String extraRepr() {
        return "threshold=" + python(threshold) + ", value=" + python(value);
    }
}
