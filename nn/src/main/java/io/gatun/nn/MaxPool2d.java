package io.gatun.nn;

/** The largest element of each window of (N, C, H, W) or (C, H, W); see {@link F#maxPool2d(io.gatun.tensor.Tensor, PoolingOptions)}. */
public final class MaxPool2d extends MaxPool {
    /** Square windows side by side. */
    public MaxPool2d(int kernelSize) {
        this(PoolingOptions.kernel(kernelSize));
    }

    /** Square windows, so far apart, with so much padding at both ends. */
    public MaxPool2d(int kernelSize, int stride, int padding) {
        this(PoolingOptions.kernel(kernelSize).stride(stride).padding(padding));
    }

    /** With these options. */
    public MaxPool2d(PoolingOptions options) {
        super(2, options);
    }
}
