package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.Op;
import org.jspecify.annotations.Nullable;

/** softmax(q kᵀ / sqrt(d)) v: Vaswani and others, "Attention is all you need", 2017. */
final class Attention {
    private static final long MANY = 8;

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
        Shape corner = Shape.of(query.size(-2), key.size(-2));
        Shape scores = mask == null ? corner : broadcast(corner, mask.shape());
        if (!scores.slice(scores.rank() - 2, scores.rank()).equals(corner)) {
            throw new ShapeException("scaledDotProductAttention: a mask that broadcasts to " + scores
                    + " does not fit: expected (..., L, S), here (..., " + corner.size(0) + ", " + corner.size(1)
                    + ")");
        }
        if (dropout == 0 && fits(query, key, value, mask)) {
            return fused(query, key, value, mask, causal, scale);
        }
        if (causal) {
            mask = Tensor.ones(corner, DType.U8, query.device()).tril().toBool();
        }
        return weights(query, key, mask, dropout, scale).matmul(value);
    }

    /** Whether one operator takes these dtypes, and pays: the weights of a few queries are less than the keys. */
    private static boolean fits(Tensor query, Tensor key, Tensor value, @Nullable Tensor mask) {
        DType dtype = query.dtype();
        return dtype.isFloatingPoint()
                && query.size(-2) >= MANY
                && key.dtype() == dtype
                && value.dtype() == dtype
                && (mask == null || mask.dtype() == dtype || mask.dtype() == DType.BOOL);
    }

    /** As one operator, which takes operands of equal leading dimensions. */
    private static Tensor fused(
            Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, boolean causal, double scale) {
        Shape batch = broadcast(broadcast(leading(query), leading(key)), leading(value));
        Shape corner = Shape.of(query.size(-2), key.size(-2));
        if (mask != null && mask.dim() > 2) {
            batch = broadcast(batch, leading(mask));
        }
        Op.Attention op = new Op.Attention(scale, causal);
        Tensor q = expanded(query, batch);
        Tensor k = expanded(key, batch);
        Tensor v = expanded(value, batch);
        return mask == null
                ? Operators.run(op, q, k, v)
                : Operators.run(op, q, k, v, mask.expand(batch.concat(corner)));
    }

    /** The same matrices for each index of {@code batch}. */
    private static Tensor expanded(Tensor x, Shape batch) {
        return leading(x).equals(batch) ? x : x.expand(batch.concat(x.shape().slice(x.dim() - 2, x.dim())));
    }

    private static Shape leading(Tensor x) {
        return x.shape().slice(0, x.dim() - 2);
    }

    private static Shape broadcast(Shape a, Shape b) {
        return Shape.broadcast("scaledDotProductAttention", a, b);
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
