package io.gatun.nn;

import io.gatun.tensor.Tensor;

/**
 * The adjoint of {@link Conv2d}, which makes (N, C, H, W) or (C, H, W) larger; see {@link F#convTranspose2d(Tensor, Tensor, Tensor,
 * int[], int[], int[], int, int[])}. Parameters: {@code weight} (C, O / groups, KH, KW) and {@code bias} (O), both at first
 * uniform within {@code 1 / sqrt(O / groups * kernel elements)}.
 */
public final class ConvTranspose2d extends ConvolutionLayer {
    private static final String NAME = "ConvTranspose2d";

    private final int[] outputPadding;

    /** Stride 1, no padding, with a bias. */
    public ConvTranspose2d(int inChannels, int outChannels, int kernelSize) {
        this(inChannels, outChannels, ConvolutionOptions.kernel(kernelSize));
    }

    /** With these options. */
    public ConvTranspose2d(int inChannels, int outChannels, ConvolutionOptions options) {
        this(inChannels, outChannels, options, 0);
    }

    /** With these options, and so many elements more at the far end: one number, or one a dimension. */
    public ConvTranspose2d(int inChannels, int outChannels, ConvolutionOptions options, int... outputPadding) {
        super(options, options.transposedWeightShape(NAME, 2, inChannels, outChannels), outChannels);
        this.outputPadding = outputPadding.clone();
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.convTranspose2d(
                input,
                weight,
                bias,
                options.stride(),
                options.padding(),
                outputPadding,
                options.groups(),
                options.dilation());
    }

    @Override
    protected String extraRepr() {
        return options.describe(2, weight.size(0), weight.size(1) * options.groups(), outputPadding);
    }
}
