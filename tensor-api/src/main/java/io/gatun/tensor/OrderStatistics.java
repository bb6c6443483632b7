package io.gatun.tensor;

import org.jspecify.annotations.Nullable;

/** What is found by sorting: medians, quantiles, modes. Gradients go to the elements found, as sorting's do. */
final class OrderStatistics {
    private OrderStatistics() {}

    private static void requireElements(String operator, Tensor x, int dim) {
        if (x.size(dim) == 0) {
            throw new ShapeException(operator + ": shape " + x.shape() + " has no elements along dimension " + dim);
        }
    }

    private static ValuesAndIndices ofNumber(Tensor x) {
        return new ValuesAndIndices(x.clone(), Tensor.zeros(Shape.scalar(), DType.I64, x.device()));
    }

    /** NaN is sorted last: with any, the first of them is the median, unless they are ignored. */
    static ValuesAndIndices median(Tensor x, int dim, boolean keepDim, boolean ignoreNan) {
        String operator = ignoreNan ? "nanmedian" : "median";
        int at = x.shape().normalise(operator, dim);
        if (x.dim() == 0) {
            return ofNumber(x);
        }
        requireElements(operator, x, at);
        long n = x.size(at);
        if (ignoreNan) {
            Tensor place = x.isnan().sum(at, true).rsub(n - 1).clampMin(0).floorDivide(2);
            return pick(x.sort(at, false), at, place, keepDim);
        }
        ValuesAndIndices middle = Indexing.sort(x, at, false, (n - 1) / 2, 1);
        if (!x.dtype().isFloatingPoint()) {
            return kept(middle, at, keepDim);
        }
        Tensor largest = x.detach().argmax(at, true);
        Tensor places = Elementwise.where(x.detach().gather(at, largest).isnan(), largest, middle.indices());
        return kept(new ValuesAndIndices(x.gather(at, places), places), at, keepDim);
    }

    private static ValuesAndIndices kept(ValuesAndIndices found, int dim, boolean keepDim) {
        return keepDim
                ? found
                : new ValuesAndIndices(
                        found.values().squeeze(dim), found.indices().squeeze(dim));
    }

    private static ValuesAndIndices pick(ValuesAndIndices sorted, int dim, Tensor place, boolean keepDim) {
        Tensor values = sorted.values().gather(dim, place);
        Tensor indices = sorted.indices().gather(dim, place);
        return kept(new ValuesAndIndices(values, indices), dim, keepDim);
    }

    /** Of all elements: the gradient is shared evenly among those equal to it, as that of the largest is. */
    static Tensor median(Tensor x, boolean ignoreNan) {
        boolean floating = x.dtype().isFloatingPoint();
        if (x.numel() == 0 && floating) {
            return Tensor.full(Shape.scalar(), Scalar.of(Double.NaN), x.dtype(), x.device());
        }
        Tensor flat = x.reshape(-1);
        Tensor middle = median(flat.detach(), 0, false, ignoreNan).values();
        if (!floating) {
            return middle;
        }
        Tensor others = flat.ne(middle).logicalAnd(middle.isnan().logicalNot());
        return flat.maskedFill(others, Double.NEGATIVE_INFINITY).amax(0);
    }

    static ValuesAndIndices kthValue(Tensor x, long k, int dim, boolean keepDim) {
        int at = x.shape().normalise("kthvalue", dim);
        long n = x.dim() == 0 ? 1 : x.size(at);
        if (k < 1 || k > n) {
            throw new TensorIndexException("kthvalue: k = " + k + " is out of range for dimension " + at + " of shape "
                    + x.shape() + ": expected 1 to " + n);
        }
        if (x.dim() == 0) {
            return ofNumber(x);
        }
        return kept(Indexing.sort(x, at, false, k - 1, 1), at, keepDim);
    }

    /** The smallest of the values that occur most often, and the last place where it occurs. */
    static ValuesAndIndices mode(Tensor x, int dim, boolean keepDim) {
        int at = x.shape().normalise("mode", dim);
        if (x.dim() == 0) {
            return ofNumber(x);
        }
        requireElements("mode", x, at);
        ValuesAndIndices sorted = x.sort(at, false);
        Tensor run = Uniques.runs(sorted.values().detach().movedim(at, -1));
        Tensor counts = Tensor.zeros(run.shape(), DType.I64, x.device()).scatterAdd(-1, run, Tensor.onesLike(run));
        Tensor longest = counts.argmax(-1, true);
        Tensor last = counts.cumsum(-1).gather(-1, longest).sub(1);
        return pick(sorted, at, last.movedim(-1, at), keepDim);
    }

    /** {@code dim} null for all elements. */
    static Tensor quantile(
            Tensor x, Tensor q, @Nullable Integer dim, boolean keepDim, Interpolation how, boolean ignoreNan) {
        String operator = ignoreNan ? "nanquantile" : "quantile";
        if (x.dtype() != DType.F32 && x.dtype() != DType.F64 || q.dtype() != x.dtype()) {
            throw new DTypeException(operator + ": wants F32 or F64, and quantiles of the same dtype, not " + x.dtype()
                    + " and " + q.dtype());
        }
        if (q.dim() > 1) {
            throw new ShapeException(
                    operator + ": the quantiles have shape " + q.shape() + ": expected one dimension at most");
        }
        if (q.lt(0).logicalOr(q.gt(1)).any().itemBoolean()) {
            throw new TensorIndexException(operator + ": a quantile is out of range: expected 0 to 1");
        }
        int at = dim == null ? 0 : x.shape().normalise(operator, dim);
        boolean flat = dim == null || x.dim() == 0;
        Tensor rows = flat ? x.reshape(-1) : x;
        requireElements(operator, rows, at);
        Tensor sorted = rows.movedim(at, -1).sort().values();
        Tensor ranks = ranks(sorted.detach(), q.detach().reshape(-1), ignoreNan);
        Tensor found = between(sorted, ranks, how).movedim(-1, 0);
        if (keepDim) {
            found = flat ? found.reshape(ones(x.dim(), q.numel())) : found.unsqueeze(at + 1);
        }
        return q.dim() == 0 ? found.squeeze(0) : found;
    }

    private static long[] ones(int rank, long first) {
        long[] sizes = new long[rank + 1];
        java.util.Arrays.fill(sizes, 1);
        sizes[0] = first;
        return sizes;
    }

    /** Where each quantile lies among (..., n): (..., quantiles). With a NaN, at the last place, where one is. */
    private static Tensor ranks(Tensor sorted, Tensor q, boolean ignoreNan) {
        long n = sorted.size(-1);
        Tensor nan = sorted.isnan();
        if (ignoreNan) {
            Tensor last = nan.logicalNot().sum(-1, true).sub(1).clampMin(0);
            return last.to(sorted.dtype()).mul(q);
        }
        return Elementwise.where(
                nan.any(-1, true),
                Tensor.full(Shape.scalar(), Scalar.of(n - 1), sorted.dtype(), sorted.device()),
                q.mul(n - 1));
    }

    private static Tensor between(Tensor sorted, Tensor ranks, Interpolation how) {
        Tensor below = ranks.floor();
        Tensor above = ranks.ceil();
        if (how == Interpolation.LOWER) {
            return at(sorted, below);
        } else if (how == Interpolation.HIGHER) {
            return at(sorted, above);
        } else if (how == Interpolation.NEAREST) {
            return at(sorted, ranks.round());
        }
        return how == Interpolation.MIDPOINT
                ? at(sorted, below).lerp(at(sorted, above), 0.5)
                : at(sorted, below).lerp(at(sorted, above), ranks.sub(below));
    }

    private static Tensor at(Tensor sorted, Tensor ranks) {
        return sorted.gather(-1, ranks.to(DType.I64));
    }
}
