package io.gatun.nn;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Cross entropy of sigmoid(x), without overflow; see {@link F#binaryCrossEntropyWithLogits(Tensor, Tensor)}. */
public final class BCEWithLogitsLoss extends Loss {
    private final @Nullable Tensor weight;
    private final Reduction reduction;
    private final @Nullable Tensor posWeight;

    /** The mean. */
    public BCEWithLogitsLoss() {
        this(Reduction.MEAN);
    }

    /** Reduced so. */
    public BCEWithLogitsLoss(Reduction reduction) {
        this(reduction, null);
    }

    /** Reduced so; {@code posWeight}, broadcast, multiplies the loss of targets of 1. It is a buffer, {@code pos_weight}. */
    public BCEWithLogitsLoss(Reduction reduction, @Nullable Tensor posWeight) {
        this(null, reduction, posWeight);
    }

    /** Also with a factor for each element, broadcast, which is a buffer, {@code weight}; or null. */
    public BCEWithLogitsLoss(@Nullable Tensor weight, Reduction reduction, @Nullable Tensor posWeight) {
        this.weight = weight == null ? null : registerBuffer("weight", weight);
        this.reduction = reduction;
        this.posWeight = posWeight == null ? null : registerBuffer("pos_weight", posWeight);
    }

    /** The loss of {@code input}, any numbers, against {@code target}, probabilities of its shape. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.binaryCrossEntropyWithLogits(input, target, weight, reduction, posWeight);
    }
}
