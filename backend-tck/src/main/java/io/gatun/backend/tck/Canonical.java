package io.gatun.backend.tck;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;

/**
 * What two right answers have in common. Most operators have one answer; the vectors of a decomposition are unique only up
 * to their signs, and those that complete a basis not even so. Compared is what they are for: that they multiply to the
 * matrix, and are orthonormal.
 */
final class Canonical {
    private Canonical() {}

    /** The parts of an operator's results that every backend must agree in, on the reference backend. */
    static Tensor[] of(Op op, Tensor... results) {
        return switch (op) {
            case Op.Qr _ -> {
                Tensor q = on(results[0]);
                Tensor r = on(results[1]);
                yield new Tensor[] {q.matmul(r), gram(q), r.abs()};
            }
            case Op.Svd _ -> {
                Tensor u = on(results[0]);
                Tensor s = on(results[1]);
                Tensor vh = on(results[2]);
                long k = s.size(-1);
                Tensor product = u.narrow(-1, 0, k).mul(s.unsqueeze(-2)).matmul(vh.narrow(-2, 0, k));
                yield new Tensor[] {product, s, gram(u), gram(vh.transpose(-1, -2))};
            }
            case Op.Eigh _ -> {
                Tensor values = on(results[0]);
                Tensor vectors = on(results[1]);
                Tensor product = vectors.mul(values.unsqueeze(-2)).matmul(vectors.transpose(-1, -2));
                yield new Tensor[] {product, values, gram(vectors)};
            }
            case Op.View _, Op.Kernel _, Op.Composite _ -> results;
        };
    }

    private static Tensor on(Tensor result) {
        return result.to(OperatorSpec.REFERENCE);
    }

    private static Tensor gram(Tensor columns) {
        return columns.transpose(-1, -2).matmul(columns);
    }
}
