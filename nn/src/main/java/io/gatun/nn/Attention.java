package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import org.jspecify.annotations.Nullable;

/** softmax(q kᵀ / sqrt(d)) v: Vaswani and others, "Attention is all you need", 2017. */
final class Attention {
    private Attention() {}

    static Tensor scaledDotProduct(
            Tensor query,
            Tensor key,
            Tensor value,
            @Nullable Tensor mask,
            double dropout,
            boolean causal,
            double scale) {
        if (query.dim() < 2
                || key.dim() < 2
                || value.dim() < 2
                || query.size(-1) != key.size(-1)
                || key.size(-2) != value.size(-2)) {
            throw new ShapeException("scaledDotProductAttention: query " + query.shape() + ", key " + key.shape()
                    + " and value " + value.shape() + " do not fit: expected (..., L, E), (..., S, E), (..., S, V)");
        }
        if (causal && mask != null) {
            throw new ValueException(
                    "scaledDotProductAttention: a mask and causal exclude each other: put the triangle into the mask");
        }
        if (causal) {
            mask = Tensor.ones(Shape.of(query.size(-2), key.size(-2)), DType.U8, query.device())
                    .tril()
                    .toBool();
        }
        return weights(query, key, mask, dropout, scale).matmul(value);
    }

    /**
     * softmax(scale q kᵀ), of which each is dropped with this probability.
     *
     * @param mask of bool, where to look; of floating-point, added to the scores; or null
     */
    static Tensor weights(Tensor query, Tensor key, @Nullable Tensor mask, double dropout, double scale) {
        Tensor scores = query.mul(scale).matmul(key.transpose(-2, -1));
        if (mask != null) {
            scores = mask.dtype() == DType.BOOL
                    ? scores.maskedFill(mask.logicalNot(), Double.NEGATIVE_INFINITY)
                    : scores.add(mask);
        }
        return Activations.dropout(scores.softmax(-1), dropout, dropout > 0, Random.defaultGenerator());
    }
}
