package io.gatun.nn;

import io.gatun.tensor.Tensor;

/**
 * Cross-correlation of (N, C, L) or (C, L) with O kernels; see {@link F#conv1d(Tensor, Tensor, Tensor, int[], int[], int[],
 * int)}. Parameters: {@code weight} (O, C / groups, K) and {@code bias} (O), both at first uniform within {@code 1 /
 * sqrt(C / groups * kernel elements)}.
 */
public final class Conv1d extends ConvolutionLayer {
    /** Stride 1, no padding, with a bias. */
    public Conv1d(int inChannels, int outChannels, int kernelSize) {
        this(inChannels, outChannels, ConvolutionOptions.kernel(kernelSize));
    }

    /** With a bias; one kernel size, stride and padding for all dimensions. */
    public Conv1d(int inChannels, int outChannels, int kernelSize, int stride, int padding) {
        this(
                inChannels,
                outChannels,
                ConvolutionOptions.kernel(kernelSize).stride(stride).padding(padding));
    }

    /** With these options. */
    public Conv1d(int inChannels, int outChannels, ConvolutionOptions options) {
        super(options, options.weightShape("Conv1d", 1, inChannels, outChannels), outChannels);
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.conv1d(
                options.padded(input, 1),
                weight,
                bias,
                options.stride(),
                options.innerPadding(),
                options.dilation(),
                options.groups());
    }

    @Override
    protected String extraRepr() {
        return options.describe(1, weight.size(1) * options.groups(), weight.size(0));
    }
}
