package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** |x - y|; see {@link F#l1Loss(Tensor, Tensor, Reduction)}. */
public final class L1Loss extends Loss {
    private final Reduction reduction;

    /** The mean. */
    public L1Loss() {
        this(Reduction.MEAN);
    }

    /** Reduced so. */
    public L1Loss(Reduction reduction) {
        this.reduction = reduction;
    }

    /** The loss of {@code input} against {@code target}. */
    @Override
    public Tensor forward(Tensor input, Tensor target) {
        return F.l1Loss(input, target, reduction);
    }
}
