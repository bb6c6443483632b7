package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** Means of windows of nearly equal size: (N, C, L) to (N, C, length). */
public final class AdaptiveAvgPool1d extends Module {
    private final long length;

    /** With this output size. */
    public AdaptiveAvgPool1d(long length) {
        this.length = length;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.adaptiveAvgPool1d(input, length);
    }

    @Override
    protected String extraRepr() {
        return "output_size=" + length;
    }
}
