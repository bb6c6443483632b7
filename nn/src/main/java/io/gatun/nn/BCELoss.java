package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** Cross entropy of probabilities; see {@link F#binaryCrossEntropy(Tensor, Tensor, Tensor, Reduction)}. */
public final class BCELoss extends Loss {
    private final Reduction reduction;

    /** The mean. */
    public BCELoss() {
        this(Reduction.MEAN);
    }

    /** Reduced so. */
    public BCELoss(Reduction reduction) {
        this.reduction = reduction;
    }

    /** The loss of {@code input} against {@code target}. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.binaryCrossEntropy(input, target, null, reduction);
    }
}
