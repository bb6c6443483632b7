package io.gatun.nn;

import io.gatun.tensor.Tensor;

/**
 * Cross-correlation of (N, C, H, W) or (C, H, W) with O kernels; see {@link F#conv2d(Tensor, Tensor, Tensor, int[], int[], int[],
 * int)}. Parameters: {@code weight} (O, C / groups, KH, KW) and {@code bias} (O), both at first uniform within {@code 1 /
 * sqrt(C / groups * kernel elements)}.
 */
public final class Conv2d extends ConvolutionLayer {
    /** Stride 1, no padding, with a bias. */
    public Conv2d(int inChannels, int outChannels, int kernelSize) {
        this(inChannels, outChannels, ConvolutionOptions.kernel(kernelSize));
    }

    /** With a bias; one kernel size, stride and padding for all dimensions. */
    public Conv2d(int inChannels, int outChannels, int kernelSize, int stride, int padding) {
        this(
                inChannels,
                outChannels,
                ConvolutionOptions.kernel(kernelSize).stride(stride).padding(padding));
    }

    /** With these options. */
    public Conv2d(int inChannels, int outChannels, ConvolutionOptions options) {
        super(options, options.weightShape("Conv2d", 2, inChannels, outChannels), outChannels);
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.conv2d(
                options.padded(input, 2),
                weight,
                bias,
                options.stride(),
                options.innerPadding(),
                options.dilation(),
                options.groups());
    }

    @Override
    protected String extraRepr() {
        return options.describe(2, weight.size(1) * options.groups(), weight.size(0));
    }
}
