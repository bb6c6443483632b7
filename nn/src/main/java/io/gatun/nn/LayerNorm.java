package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * (x - mean) / sqrt(var + eps) over the last dimensions; see {@link F#layerNorm(Tensor, Shape, Tensor, Tensor, double)}.
 * Parameters: {@code weight}, at first ones, and {@code bias}, at first zeros, of the normalised shape.
 */
public final class LayerNorm extends Module {
    private final Shape normalizedShape;
    private final double eps;
    private final @Nullable Tensor weight;
    private final @Nullable Tensor bias;

    /** Over last dimensions of these sizes; eps 1e-5, with weight and bias. */
    public LayerNorm(long... normalizedShape) {
        this(Shape.of(normalizedShape), 1e-5, true);
    }

    /** With weight and bias or without. */
    public LayerNorm(Shape normalizedShape, double eps, boolean elementwiseAffine) {
        this.normalizedShape = normalizedShape;
        this.eps = eps;
        weight = elementwiseAffine ? registerParameter("weight", Tensor.ones(normalizedShape, DType.F32)) : null;
        bias = elementwiseAffine ? registerParameter("bias", Tensor.zeros(normalizedShape, DType.F32)) : null;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.layerNorm(input, normalizedShape, weight, bias, eps);
    }

    @Override
    protected String extraRepr() {
        String shape = normalizedShape.rank() == 1 ? "(" + normalizedShape.size(0) + ",)" : normalizedShape.toString();
        return shape + ", eps=" + python(eps) + ", elementwise_affine=" + python(weight != null);
    }
}
