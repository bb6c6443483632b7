package io.gatun.nn;

/** The largest element of each window of (N, C, L) or (C, L); see {@link F#maxPool1d(io.gatun.tensor.Tensor, PoolingOptions)}. */
public final class MaxPool1d extends MaxPool {
    /** Windows side by side. */
    public MaxPool1d(int kernelSize) {
        this(PoolingOptions.kernel(kernelSize));
    }

    /** Windows, so far apart, with so much padding at both ends. */
    public MaxPool1d(int kernelSize, int stride, int padding) {
        this(PoolingOptions.kernel(kernelSize).stride(stride).padding(padding));
    }

    /** With these options. */
    public MaxPool1d(PoolingOptions options) {
        super(1, options);
    }
}
