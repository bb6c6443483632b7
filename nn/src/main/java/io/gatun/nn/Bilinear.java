package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y_k = x1ᵀ W_k x2 + b_k}, for x1 (..., in1) and x2 (..., in2) to (..., out). Parameters: {@code weight} (out, in1,
 * in2) and {@code bias} (out), both at first uniform within {@code 1 / sqrt(in1)}.
 */
public final class Bilinear extends Module {
    private final Tensor weight;
    private final @Nullable Tensor bias;

    /** With a bias. */
    public Bilinear(long in1Features, long in2Features, long outFeatures) {
        this(in1Features, in2Features, outFeatures, true);
    }

    /** With a bias or without. */
    public Bilinear(long in1Features, long in2Features, long outFeatures, boolean bias) {
        double bound = in1Features > 0 ? 1 / Math.sqrt((double) in1Features) : 0;
        weight = registerParameter(
                "weight", Init.uniform_(Tensor.empty(outFeatures, in1Features, in2Features), -bound, bound));
        this.bias = bias ? registerParameter("bias", Init.uniform_(Tensor.empty(outFeatures), -bound, bound)) : null;
    }

    /** The output for these two inputs. */
    public Tensor forward(Tensor input1, Tensor input2) {
        return F.bilinear(input1, input2, weight, bias);
    }

    /** {@link #forward(Tensor, Tensor)}, and the hooks around it. */
    public Tensor call(Tensor input1, Tensor input2) {
        return hasHooks()
                ? hooked(List.of(input1, input2), x -> List.of(forward(x.get(0), x.get(1))))
                        .get(0)
                : forward(input1, input2);
    }

    /** The weight, (out, in1, in2). */
    public Tensor weight() {
        return weight;
    }

    /** The bias, (out), or null. */
    public @Nullable Tensor bias() {
        return bias;
    }

    @Override
    protected String extraRepr() {
        return "in1_features=" + weight.size(1) + ", in2_features=" + weight.size(2) + ", out_features="
                + weight.size(0) + ", bias=" + python(bias != null);
    }
}
