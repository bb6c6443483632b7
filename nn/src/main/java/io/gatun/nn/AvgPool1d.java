package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** The mean of each window of (N, C, L) or (C, L), zeros of the padding included. */
public final class AvgPool1d extends Module {
    private final int kernelSize;
    private final int stride;
    private final int padding;

    /** Windows side by side. */
    public AvgPool1d(int kernelSize) {
        this(kernelSize, kernelSize, 0);
    }

    /** With {@code kernelSize} and {@code stride} and {@code padding}. */
    public AvgPool1d(int kernelSize, int stride, int padding) {
        this.kernelSize = kernelSize;
        this.stride = stride;
        this.padding = padding;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.avgPool1d(input, kernelSize, stride, padding);
    }

    @Override
    protected String extraRepr() {
        return "kernel_size=(" + kernelSize + ",), stride=(" + stride + ",), padding=(" + padding + ",)";
    }
}
