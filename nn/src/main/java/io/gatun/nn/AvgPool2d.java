package io.gatun.nn;

/** The mean of each window of (N, C, H, W) or (C, H, W); see {@link F#avgPool2d(io.gatun.tensor.Tensor, PoolingOptions)}. */
public final class AvgPool2d extends AvgPool {
    /** Square windows side by side. */
    public AvgPool2d(int kernelSize) {
        this(PoolingOptions.kernel(kernelSize));
    }

    /** Square windows, so far apart, with so much padding at both ends. */
    public AvgPool2d(int kernelSize, int stride, int padding) {
        this(PoolingOptions.kernel(kernelSize).stride(stride).padding(padding));
    }

    /** With these options. */
    public AvgPool2d(PoolingOptions options) {
        super(2, options);
    }
}
