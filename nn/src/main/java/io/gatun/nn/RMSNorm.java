package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;

/**
 * x / sqrt(mean(x²) + eps) over the last dimensions (Zhang and Sennrich, 2019). Parameter: {@code weight}, at first ones,
 * of the normalised shape.
 */
public final class RMSNorm extends Module {
    private final Shape normalizedShape;
    private final double eps;
    private final Tensor weight;

    /** Over last dimensions of these sizes; eps is F32's 2^-23, as PyTorch's is by default. */
    public RMSNorm(long... normalizedShape) {
        this(Shape.of(normalizedShape), Math.scalb(1.0, -23));
    }

    /** With this eps. */
    public RMSNorm(Shape normalizedShape, double eps) {
        this.normalizedShape = normalizedShape;
        this.eps = eps;
        weight = registerParameter("weight", Tensor.ones(normalizedShape, DType.F32));
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.rmsNorm(input, normalizedShape, weight, eps);
    }

    @Override
    protected String extraRepr() {
        return normalizedShape + ", eps=" + python(eps);
    }
}
