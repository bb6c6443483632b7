package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** log(1 + e^(beta x)) / beta; x itself where beta x is above the threshold. */
public final class Softplus extends Module {
    private final double beta;
    private final double threshold;

    /** With PyTorch's default. */
    public Softplus() {
        this(1, 20);
    }

    /** With {@code beta} and {@code threshold}. */
    public Softplus(double beta, double threshold) {
        this.beta = beta;
        this.threshold = threshold;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.softplus(input, beta, threshold);
    }

    @Override
    protected String extraRepr() {
        return "beta=" + python(beta) + ", threshold=" + python(threshold);
    }
}
