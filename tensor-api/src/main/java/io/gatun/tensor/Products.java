package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;

/** Matrix products of any ranks, brought to the one primitive: batches of matrices with equal leading dimensions. */
final class Products {
    private static final Op.MatMul MATMUL = new Op.MatMul();

    private Products() {}

    static Tensor matmul(Tensor a, Tensor b) {
        if (a.dim() == 0 || b.dim() == 0) {
            throw new ShapeException("matmul: shapes " + a.shape() + " and " + b.shape()
                    + ": a number cannot be multiplied as a matrix: use mul");
        }
        if (a.size(-1) != b.size(b.dim() > 1 ? -2 : -1)) {
            throw OpRules.innerSizesDiffer("matmul", a.shape(), b.shape());
        }
        DType dtype = DType.promote(a.dtype(), b.dtype());
        Tensor x = a.dim() == 1 ? a.to(dtype).unsqueeze(0) : a.to(dtype);
        Tensor y = b.dim() == 1 ? b.to(dtype).unsqueeze(1) : b.to(dtype);
        Tensor product = y.dim() == 2 && x.dim() > 2 ? folded(x, y) : batched(x, y);
        if (b.dim() == 1) {
            product = product.squeeze(-1);
        }
        return a.dim() == 1 ? product.squeeze(b.dim() == 1 ? -1 : -2) : product;
    }

    /** (..., m, n)·(n, p) as one product of (... m, n): a batch of small products would be slower. */
    private static Tensor folded(Tensor x, Tensor y) {
        Tensor product =
                Dispatch.run(MATMUL, x.reshape(x.shape().slice(0, x.dim() - 1).numel(), x.size(-1)), y);
        return product.view(x.shape().with(-1, y.size(-1)));
    }

    private static Tensor batched(Tensor x, Tensor y) {
        Shape lead = Shape.broadcast(
                "matmul", x.shape().slice(0, x.dim() - 2), y.shape().slice(0, y.dim() - 2));
        return Dispatch.run(
                MATMUL,
                x.expand(lead.concat(x.shape().slice(x.dim() - 2, x.dim()))),
                y.expand(lead.concat(y.shape().slice(y.dim() - 2, y.dim()))));
    }

    /** (b, m, n)·(b, n, p) summed over b, as the one product (m, bn)·(bn, p). */
    static Tensor summed(Tensor a, Tensor b) {
        Tensor x = a.transpose(0, 1);
        return x.reshape(x.size(0), x.size(1) * x.size(2)).matmul(b.reshape(b.size(0) * b.size(1), b.size(2)));
    }

    /** {@code beta * x + alpha * product}. */
    static Tensor add(String operator, Tensor x, Tensor product, double beta, double alpha) {
        if (!Shape.broadcast(operator, x.shape(), product.shape()).equals(product.shape())) {
            throw new ShapeException(operator + ": shape " + x.shape() + " cannot be added to a product of shape "
                    + product.shape() + ": it must broadcast to that");
        }
        Tensor scaled = scaled(operator, product, alpha);
        return beta == 0 ? scaled : scaled(operator, x, beta).add(scaled);
    }

    private static Tensor scaled(String operator, Tensor x, double factor) {
        if (factor == 1) {
            return x;
        }
        if (x.dtype().isInexact()) {
            return x.mul(factor);
        }
        if (factor != Math.rint(factor)) {
            throw new DTypeException(operator + ": " + x.dtype() + " cannot be multiplied by " + factor
                    + " and stay what it is: cast with toFloat() first, or take a whole number");
        }
        return x.mul((long) factor);
    }

    static void requireRanks(String operator, Tensor a, int rankA, Tensor b, int rankB) {
        if (a.dim() != rankA || b.dim() != rankB) {
            throw new ShapeException(operator + ": shapes " + a.shape() + " and " + b.shape() + " must have " + rankA
                    + " and " + rankB + " dimensions: use matmul for others");
        }
    }

    static void require(String operator, Tensor a, int rankA, Tensor b, int rankB) {
        requireRanks(operator, a, rankA, b, rankB);
        if (a.size(-1) != b.size(rankB > 1 ? -2 : -1)) {
            throw OpRules.innerSizesDiffer(operator, a.shape(), b.shape());
        }
    }

    static void requireBatch(String operator, Tensor a, Tensor b) {
        require(operator, a, 3, b, 3);
        if (a.size(0) != b.size(0)) {
            throw new ShapeException(operator + ": shapes " + a.shape() + " and " + b.shape() + " have batches of "
                    + a.size(0) + " and " + b.size(0) + ": use matmul to broadcast");
        }
    }
}
