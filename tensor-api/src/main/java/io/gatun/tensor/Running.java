package io.gatun.tensor;

import java.util.List;
import java.util.function.BinaryOperator;

/**
 * Running results of any associative operator along a dimension, by doubling: after step s, place i holds the result of
 * the 2^s elements up to it, and takes that of the 2^s before them. log2(n) passes of plain operators.
 *
 * <p>Source: W. D. Hillis, G. L. Steele, "Data Parallel Algorithms", 1986.
 */
final class Running {
    private Running() {}

    private static Tensor scan(Tensor x, int dim, BinaryOperator<Tensor> earlierAndLater) {
        Tensor result = x;
        long n = x.size(dim);
        for (long step = 1; step < n; step *= 2) {
            Tensor earlier = result.narrow(dim, 0, n - step);
            Tensor later = result.narrow(dim, step, n - step);
            result = Tensor.cat(List.of(result.narrow(dim, 0, step), earlierAndLater.apply(earlier, later)), dim);
        }
        return result;
    }

    static Tensor logCumSumExp(Tensor x, int dim) {
        int at = x.shape().normalise("logcumsumexp", dim);
        if (!x.dtype().isFloatingPoint()) {
            throw new DTypeException(
                    "logcumsumexp: wants a floating-point dtype, not " + x.dtype() + ": cast with toFloat() first");
        }
        return x.dim() == 0 || x.size(at) <= 1 ? x.clone() : scan(x, at, Tensor::logaddexp);
    }
}
