package io.gatun.nn;

/** The mean of each window of (N, C, D, H, W) or (C, D, H, W); see {@link F#avgPool3d(io.gatun.tensor.Tensor, PoolingOptions)}. */
public final class AvgPool3d extends AvgPool {
    /** Cubic windows side by side. */
    public AvgPool3d(int kernelSize) {
        this(PoolingOptions.kernel(kernelSize));
    }

    /** Cubic windows, so far apart, with so much padding at both ends. */
    public AvgPool3d(int kernelSize, int stride, int padding) {
        this(PoolingOptions.kernel(kernelSize).stride(stride).padding(padding));
    }

    /** With these options. */
    public AvgPool3d(PoolingOptions options) {
        super(3, options);
    }
}
