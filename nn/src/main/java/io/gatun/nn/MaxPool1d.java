package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** The largest element of each window of (N, C, L) or (C, L). */
public final class MaxPool1d extends Module {
    private final int kernelSize;
    private final int stride;
    private final int padding;

    /** Windows side by side. */
    public MaxPool1d(int kernelSize) {
        this(kernelSize, kernelSize, 0);
    }

    /** With {@code kernelSize} and {@code stride} and {@code padding}. */
    public MaxPool1d(int kernelSize, int stride, int padding) {
        this.kernelSize = kernelSize;
        this.stride = stride;
        this.padding = padding;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.maxPool1d(input, kernelSize, stride, padding);
    }

    @Override
    protected String extraRepr() {
        return "kernel_size=" + kernelSize + ", stride=" + stride + ", padding=" + padding
                + ", dilation=1, ceil_mode=False";
    }
}
