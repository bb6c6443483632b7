package io.gatun.nn;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Cross entropy of probabilities; see {@link F#binaryCrossEntropy(Tensor, Tensor, Tensor, Reduction)}. */
public final class BCELoss extends Loss {
    private final @Nullable Tensor weight;
    private final Reduction reduction;

    /** The mean. */
    public BCELoss() {
        this(Reduction.MEAN);
    }

    /** Reduced so. */
    public BCELoss(Reduction reduction) {
        this(null, reduction);
    }

    /** With a factor for each element, broadcast, which is a buffer, {@code weight}; or null. */
    public BCELoss(@Nullable Tensor weight, Reduction reduction) {
        this.weight = weight == null ? null : registerBuffer("weight", weight);
        this.reduction = reduction;
    }

    /** The loss of {@code input} against {@code target}. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.binaryCrossEntropy(input, target, weight, reduction);
    }
}
