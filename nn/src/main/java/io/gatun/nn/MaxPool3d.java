package io.gatun.nn;

/** The largest element of each window of (N, C, D, H, W) or (C, D, H, W); see {@link F#maxPool3d(io.gatun.tensor.Tensor, PoolingOptions)}. */
public final class MaxPool3d extends MaxPool {
    /** Cubic windows side by side. */
    public MaxPool3d(int kernelSize) {
        this(PoolingOptions.kernel(kernelSize));
    }

    /** Cubic windows, so far apart, with so much padding at both ends. */
    public MaxPool3d(int kernelSize, int stride, int padding) {
        this(PoolingOptions.kernel(kernelSize).stride(stride).padding(padding));
    }

    /** With these options. */
    public MaxPool3d(PoolingOptions options) {
        super(3, options);
    }
}
