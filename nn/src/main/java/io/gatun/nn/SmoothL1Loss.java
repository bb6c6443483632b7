package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** |x - y| made smooth at 0; see {@link F#smoothL1Loss}. */
public final class SmoothL1Loss extends Loss {
    private final Reduction reduction;
    private final double beta;

    /** The mean. */
    public SmoothL1Loss() {
        this(Reduction.MEAN);
    }

    /** Reduced so. */
    public SmoothL1Loss(Reduction reduction) {
        this(reduction, 1);
    }

    /** Reduced so, with {@code beta}. */
    public SmoothL1Loss(Reduction reduction, double beta) {
        this.reduction = reduction;
        this.beta = beta;
    }

    /** The loss of {@code input} against {@code target}. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.smoothL1Loss(input, target, reduction, beta);
    }
}
