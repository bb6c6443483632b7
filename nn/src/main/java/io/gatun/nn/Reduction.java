package io.gatun.nn;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;

/** What a loss makes of the losses of its elements. PyTorch's default is {@link #MEAN}. */
public enum Reduction {
    /** They are left alone. */
    NONE,
    /** Their mean. */
    MEAN,
    /** Their sum. */
    SUM,
    /** Their sum divided by the first size, the mathematical mean of a divergence; for {@link F#klDiv} only. */
    BATCHMEAN;

    /** Reduces element losses of any shape. */
    Tensor apply(Tensor losses) {
        return switch (this) {
            case NONE -> losses;
            case MEAN -> losses.mean();
            case SUM -> losses.sum();
            case BATCHMEAN -> throw new ValueException("reduction BATCHMEAN is for klDiv only: use MEAN");
        };
    }
}
