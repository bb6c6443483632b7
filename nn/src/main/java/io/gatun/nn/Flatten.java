package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** Dimensions {@code startDim} to {@code endDim}, inclusive, as one; a view where strides can express it. */
public final class Flatten extends Module {
    private final int startDim;
    private final int endDim;

    /** All but the first, the batch: (N, ...) to (N, features). */
    public Flatten() {
        this(1, -1);
    }

    /** These dimensions; negative numbers count from the end. */
    public Flatten(int startDim, int endDim) {
        this.startDim = startDim;
        this.endDim = endDim;
    }

    @Override
    public Tensor forward(Tensor input) {
        return input.flatten(startDim, endDim);
    }

    @Override
    protected String extraRepr() {
        return "start_dim=" + startDim + ", end_dim=" + endDim;
    }
}
