package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** (x - y)² near 0 and |x - y| far from it; see {@link F#huberLoss}. */
public final class HuberLoss extends Loss {
    private final Reduction reduction;
    private final double delta;

    /** The mean. */
    public HuberLoss() {
        this(Reduction.MEAN);
    }

    /** Reduced so. */
    public HuberLoss(Reduction reduction) {
        this(reduction, 1);
    }

    /** Reduced so, with {@code delta}. */
    public HuberLoss(Reduction reduction, double delta) {
        this.reduction = reduction;
        this.delta = delta;
    }

    /** The loss of {@code input} against {@code target}. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.huberLoss(input, target, reduction, delta);
    }
}
