package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** (x - y)²; see {@link F#mseLoss(Tensor, Tensor, Reduction)}. */
public final class MSELoss extends Loss {
    private final Reduction reduction;

    /** The mean. */
    public MSELoss() {
        this(Reduction.MEAN);
    }

    /** Reduced so. */
    public MSELoss(Reduction reduction) {
        this.reduction = reduction;
    }

    /** The loss of {@code input} against {@code target}. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.mseLoss(input, target, reduction);
    }
}
