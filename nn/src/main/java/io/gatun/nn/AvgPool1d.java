package io.gatun.nn;

/** The mean of each window of (N, C, L) or (C, L); see {@link F#avgPool1d(io.gatun.tensor.Tensor, PoolingOptions)}. */
public final class AvgPool1d extends AvgPool {
    /** Windows side by side. */
    public AvgPool1d(int kernelSize) {
        this(PoolingOptions.kernel(kernelSize));
    }

    /** Windows, so far apart, with so much padding at both ends. */
    public AvgPool1d(int kernelSize, int stride, int padding) {
        this(PoolingOptions.kernel(kernelSize).stride(stride).padding(padding));
    }

    /** With these options. */
    public AvgPool1d(PoolingOptions options) {
        super(1, options);
    }

    @Override
    protected String extraRepr() {
        return super.extraRepr().replaceAll("=(\\d+)", "=($1,)"); // PyTorch prints tuples here alone
    }
}
