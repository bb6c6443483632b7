package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** The largest element of each window of (N, C, D, H, W) or (C, D, H, W). */
public final class MaxPool3d extends Module {
    private final int kernelSize;
    private final int stride;
    private final int padding;

    /** Cubic windows side by side. */
    public MaxPool3d(int kernelSize) {
        this(kernelSize, kernelSize, 0);
    }

    /** With {@code kernelSize} and {@code stride} and {@code padding}, the same in all dimensions. */
    public MaxPool3d(int kernelSize, int stride, int padding) {
        this.kernelSize = kernelSize;
        this.stride = stride;
        this.padding = padding;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.maxPool3d(input, kernelSize, stride, padding);
    }

    @Override
    protected String extraRepr() {
        return "kernel_size=" + kernelSize + ", stride=" + stride + ", padding=" + padding
                + ", dilation=1, ceil_mode=False";
    }
}
