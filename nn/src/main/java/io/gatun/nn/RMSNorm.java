package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * x / sqrt(mean(x²) + eps) over the last dimensions (Zhang and Sennrich, 2019). Parameter: {@code weight}, at first ones,
 * of the normalised shape.
 */
public final class RMSNorm extends Module {
    private final Shape normalizedShape;
    private final @Nullable Double eps;
    private final Tensor weight;

    /** Over last dimensions of these sizes; eps is that of the input's dtype: 2^-52 of {@code F64}, else 2^-23. */
    public RMSNorm(long... normalizedShape) {
        this(Shape.of(normalizedShape), null);
    }

    /** With this eps. */
    public RMSNorm(Shape normalizedShape, double eps) {
        this(normalizedShape, Double.valueOf(eps));
    }

    private RMSNorm(Shape normalizedShape, @Nullable Double eps) {
        this.normalizedShape = normalizedShape;
        this.eps = eps;
        weight = registerParameter("weight", Tensor.ones(normalizedShape, DType.F32));
    }

    @Override
    public Tensor forward(Tensor input) {
        double least = input.dtype() == DType.F64 ? Math.ulp(1.0) : Math.ulp(1f);
        return F.rmsNorm(input, normalizedShape, weight, eps == null ? least : eps);
    }

    @Override
    protected String extraRepr() {
        String shape = normalizedShape.rank() == 1 ? "(" + normalizedShape.size(0) + ",)" : normalizedShape.toString();
        return shape + ", eps=" + (eps == null ? "None" : python(eps)) + ", elementwise_affine=True";
    }
}
