package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x Wᵀ + b}, for x (..., in) to (..., out). Parameters: {@code weight} (out, in) and {@code bias} (out), both
 * at first uniform within {@code 1 / sqrt(in)}.
 */
public final class Linear extends Module {
    private final Tensor weight;
    private final @Nullable Tensor bias;

    /** With a bias. */
    public Linear(long inFeatures, long outFeatures) {
        this(inFeatures, outFeatures, true);
    }

    /** With a bias or without; {@code F32}. */
    public Linear(long inFeatures, long outFeatures, boolean bias) {
        this(inFeatures, outFeatures, bias, DType.F32);
    }

    /** With parameters of {@code dtype}. */
    public Linear(long inFeatures, long outFeatures, boolean bias, DType dtype) {
        weight = registerParameter("weight", Init.layerWeight_(Tensor.empty(Shape.of(outFeatures, inFeatures), dtype)));
        this.bias = bias
                ? registerParameter("bias", Init.layerBias_(Tensor.empty(Shape.of(outFeatures), dtype), weight))
                : null;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.linear(input, weight, bias);
    }

    /** The weight, (out, in). */
    public Tensor weight() {
        return weight;
    }

    /** The bias, (out), or null. */
    public @Nullable Tensor bias() {
        return bias;
    }

    @Override
    protected String extraRepr() {
        return "in_features=" + weight.size(1) + ", out_features=" + weight.size(0) + ", bias=" + python(bias != null);
    }
}
