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

    /** The places of the extremes so far, of equals the last, of NaN the last; the values are picked there. */
    static ValuesAndIndices extremes(Tensor x, boolean largest, int dim) {
        int at = x.shape().normalise(largest ? "cummax" : "cummin", dim);
        if (x.dim() == 0) {
            return new ValuesAndIndices(x.clone(), Tensor.zeros(Shape.scalar(), DType.I64, x.device()));
        }
        long[] sizes = new long[x.dim()];
        java.util.Arrays.fill(sizes, 1);
        sizes[at] = x.size(at);
        Tensor places = Tensor.arange(x.size(at)).to(x.device()).reshape(sizes).expand(x.shape());
        Tensor values = x.detach();
        Tensor indices = scan(places, at, (earlier, later) -> {
            Tensor a = values.gather(at, earlier);
            Tensor b = values.gather(at, later);
            Tensor reaches = largest ? b.ge(a) : b.le(a);
            Tensor laterWins = b.isnan().logicalOr(reaches);
            return Elementwise.where(laterWins, later, earlier);
        });
        indices = indices.contiguous();
        return new ValuesAndIndices(x.gather(at, indices), indices);
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
