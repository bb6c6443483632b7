package io.gatun.nn;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * -log softmax(x)[y]; see {@link F#crossEntropy(Tensor, Tensor, Tensor, long, Reduction, double)} for shapes. A weight is
 * a buffer, {@code weight}.
 */
public final class CrossEntropyLoss extends Loss {
    private final @Nullable Tensor weight;
    private final long ignoreIndex;
    private final Reduction reduction;
    private final double labelSmoothing;

    /** The mean. */
    public CrossEntropyLoss() {
        this(Reduction.MEAN);
    }

    /** Reduced so. */
    public CrossEntropyLoss(Reduction reduction) {
        this(null, -100, reduction, 0);
    }

    /** With a factor a class or null, the target that does not count, and how much of a target is spread out. */
    public CrossEntropyLoss(@Nullable Tensor weight, long ignoreIndex, Reduction reduction, double labelSmoothing) {
        this.weight = weight == null ? null : registerBuffer("weight", weight);
        this.ignoreIndex = ignoreIndex;
        this.reduction = reduction;
        this.labelSmoothing = labelSmoothing;
    }

    /** The loss of scores {@code input} against {@code target}. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.crossEntropy(input, target, weight, ignoreIndex, reduction, labelSmoothing);
    }
}
