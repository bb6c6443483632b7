package io.gatun.nn;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** -x[y] for log-probabilities x; see {@link F#nllLoss(Tensor, Tensor, Tensor, long, Reduction)}. */
public final class NLLLoss extends Loss {
    private final @Nullable Tensor weight;
    private final long ignoreIndex;
    private final Reduction reduction;

    /** The mean. */
    public NLLLoss() {
        this(null, -100, Reduction.MEAN);
    }

    /** With a factor a class, which is a buffer, or null, and the target that does not count. */
    public NLLLoss(@Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
        this.weight = weight == null ? null : registerBuffer("weight", weight);
        this.ignoreIndex = ignoreIndex;
        this.reduction = reduction;
    }

    /** The loss of log-probabilities {@code input} against class numbers {@code target}. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.nllLoss(input, target, weight, ignoreIndex, reduction);
    }
}
