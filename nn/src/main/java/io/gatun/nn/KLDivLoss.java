package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** The divergence of log-probabilities x from y; see {@link F#klDiv}. PyTorch's default is MEAN, which is not the mathematical one: that is BATCHMEAN. */
public final class KLDivLoss extends Loss {
    private final Reduction reduction;
    private final boolean logTarget;

    /** The mean. */
    public KLDivLoss() {
        this(Reduction.MEAN);
    }

    /** Reduced so. */
    public KLDivLoss(Reduction reduction) {
        this(reduction, false);
    }

    /** Reduced so, with {@code logTarget}. */
    public KLDivLoss(Reduction reduction, boolean logTarget) {
        this.reduction = reduction;
        this.logTarget = logTarget;
    }

    /** The loss of {@code input} against {@code target}. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.klDiv(input, target, reduction, logTarget);
    }
}
