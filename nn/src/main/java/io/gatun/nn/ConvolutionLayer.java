package io.gatun.nn;

import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What convolutions of one, two and three dimensions, and their adjoints, have in common: options, a weight and perhaps a bias. */
public abstract sealed class ConvolutionLayer extends Module
        permits Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d {
    final ConvolutionOptions options;
    final Tensor weight;
    final @Nullable Tensor bias;

    ConvolutionLayer(ConvolutionOptions options, Shape weightShape, int outChannels) {
        this.options = options;
        weight = registerParameter("weight", Init.layerWeight_(Tensor.empty(weightShape, options.dtype())));
        bias = options.bias()
                ? registerParameter(
                        "bias", Init.layerBias_(Tensor.empty(Shape.of(outChannels), options.dtype()), weight))
                : null;
    }

    /** The weight, of the shape that the class names. */
    public final Tensor weight() {
        return weight;
    }

    /** The bias, (O), or null. */
    public final @Nullable Tensor bias() {
        return bias;
    }
}
