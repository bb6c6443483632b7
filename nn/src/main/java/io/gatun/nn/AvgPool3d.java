package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** The mean of each window of (N, C, D, H, W) or (C, D, H, W), zeros of the padding included. */
public final class AvgPool3d extends Module {
    private final int kernelSize;
    private final int stride;
    private final int padding;

    /** Cubic windows side by side. */
    public AvgPool3d(int kernelSize) {
        this(kernelSize, kernelSize, 0);
    }

    /** With {@code kernelSize} and {@code stride} and {@code padding}, the same in all dimensions. */
    public AvgPool3d(int kernelSize, int stride, int padding) {
        this.kernelSize = kernelSize;
        this.stride = stride;
        this.padding = padding;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.avgPool3d(input, kernelSize, stride, padding);
    }

    @Override
    protected String extraRepr() {
        return "kernel_size=" + kernelSize + ", stride=" + stride + ", padding=" + padding;
    }
}
