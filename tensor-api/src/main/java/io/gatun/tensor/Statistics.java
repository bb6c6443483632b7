package io.gatun.tensor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statistics that need no order: sums, moments, distances, counts. */
final class Statistics {
    private static final double RENORM_EPSILON = 1e-7; // PyTorch's, added to the norm that is divided by

    private static final long FEW_ROWS = 25; // PyTorch's, beyond which distances are computed from products

    private Statistics() {}

    static Tensor numberLike(Tensor x, double value) {
        return Tensor.full(Shape.scalar(), Scalar.of(value), x.dtype(), x.device());
    }

    static Tensor nanSum(Tensor x, Axes axes, boolean keepDim) {
        return x.dtype().isFloatingPoint() ? x.maskedFill(x.isnan(), 0).sum(axes, keepDim) : x.sum(axes, keepDim);
    }

    static Tensor nanMean(Tensor x, Axes axes, boolean keepDim) {
        if (!x.dtype().isFloatingPoint()) {
            throw new DTypeException(
                    "nanmean: wants a floating-point dtype, not " + x.dtype() + ": cast with toFloat() first");
        }
        return nanSum(x, axes, keepDim).div(x.isnan().logicalNot().sum(axes, keepDim));
    }

    static Tensor distances(Tensor a, Tensor b, double p) {
        if (a.dim() < 2 || b.dim() < 2 || a.size(-1) != b.size(-1)) {
            throw new ShapeException(
                    "cdist: shapes " + a.shape() + " and " + b.shape() + " need two dimensions and rows of one length");
        }
        if (!(p >= 0)) {
            throw new IllegalArgumentException("cdist: p = " + p + " must not be negative");
        }
        boolean floats = a.dtype() == b.dtype() && (a.dtype() == DType.F32 || a.dtype() == DType.F64);
        if (p == 2 && floats && Math.max(a.size(-2), b.size(-2)) > FEW_ROWS) {
            return byProduct(a, b);
        }
        return a.unsqueeze(-2).sub(b.unsqueeze(-3)).norm(p, Axes.of(-1), false);
    }

    /** From |a|² - 2 a·b + |b|², as one matrix product; where that is not above 0, the distance and its gradient are 0. */
    private static Tensor byProduct(Tensor a, Tensor b) {
        Tensor left = Tensor.cat(List.of(a.mul(-2), a.square().sum(-1, true), ones(a)), -1);
        Tensor right = Tensor.cat(List.of(b, ones(b), b.square().sum(-1, true)), -1);
        Tensor squares = left.matmul(right.transpose(-1, -2));
        Tensor none = squares.detach().le(0);
        return squares.maskedFill(none, 1).sqrt().maskedFill(none, 0);
    }

    private static Tensor ones(Tensor rows) {
        return Tensor.ones(rows.shape().with(-1, 1), rows.dtype(), rows.device());
    }

    static Tensor renorm(Tensor x, double p, int dim, double maxNorm) {
        int at = x.shape().normalise("renorm", dim);
        if (x.dim() < 2 || !(p > 0) || !(maxNorm >= 0)) {
            throw new IllegalArgumentException("renorm: shape " + x.shape() + ", p = " + p + ", maxnorm = " + maxNorm
                    + ": wants two dimensions, a positive p and a maxnorm that is not negative");
        }
        int[] others = new int[x.dim() - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = i < at ? i : i + 1;
        }
        Tensor norm = x.norm(p, Axes.of(others), true);
        Tensor factor = Tensor.where(
                norm.gt(maxNorm), norm.add(RENORM_EPSILON).reciprocal().mul(maxNorm), Tensor.onesLike(norm));
        return x.mul(factor);
    }

    static Tensor diff(Tensor x, long n, int dim, @Nullable Tensor prepend, @Nullable Tensor append) {
        int at = x.shape().normalise("diff", dim);
        if (x.dim() == 0 || n < 0) {
            throw new ShapeException(
                    "diff: shape " + x.shape() + " and n = " + n + ": wants at least one dimension and n not negative");
        }
        List<Tensor> parts = new ArrayList<>();
        if (prepend != null) {
            parts.add(prepend);
        }
        parts.add(x);
        if (append != null) {
            parts.add(append);
        }
        Tensor result = parts.size() == 1 ? x : Tensor.cat(parts, at);
        for (long i = Math.min(n, result.size(at)); i > 0; i--) {
            long rest = Math.max(0, result.size(at) - 1);
            Tensor later = result.narrow(at, result.size(at) - rest, rest);
            Tensor earlier = result.narrow(at, 0, rest);
            result = x.dtype() == DType.BOOL ? later.ne(earlier) : later.sub(earlier);
        }
        return n == 0 ? result.clone() : result;
    }

    static Tensor covariance(Tensor x, long correction, @Nullable Tensor fweights, @Nullable Tensor aweights) {
        if (x.dim() > 2 || x.dtype() == DType.BOOL) {
            throw new ShapeException("cov: " + x.dtype() + " of shape " + x.shape()
                    + ": wants numbers in at most two dimensions, variables by observations");
        }
        Tensor rows = (x.dim() < 2 ? x.reshape(1, -1) : x).to(Promotion.floating(x.dtype()));
        long n = rows.size(1);
        requireWeights("fweights", fweights, n, true);
        requireWeights("aweights", aweights, n, false);
        DType dtype = rows.dtype();
        @Nullable Tensor weights = fweights == null ? null : fweights.to(dtype);
        if (aweights != null) {
            weights = weights == null ? aweights.to(dtype) : weights.mul(aweights.to(dtype));
        }
        Tensor total = weights == null ? numberLike(rows, (double) n) : weights.sum();
        Tensor lost = weights == null || aweights == null
                ? numberLike(rows, (double) correction)
                : weights.mul(aweights.to(dtype)).sum().div(total).mul(correction);
        Tensor weighted = weights == null ? rows : rows.mul(weights);
        Tensor deviation = rows.sub(weighted.sum(1, true).div(total));
        Tensor scaled = weights == null ? deviation : deviation.mul(weights);
        Tensor result = scaled.matmul(deviation.t()).div(total.sub(lost).clampMin(0));
        return result.squeeze();
    }

    private static void requireWeights(String name, @Nullable Tensor weights, long n, boolean integers) {
        if (weights == null) {
            return;
        }
        boolean fits = weights.dim() == 1 && weights.numel() == n;
        if (!fits || weights.dtype().isFloatingPoint() == integers || weights.dtype() == DType.BOOL) {
            throw new ShapeException("cov: " + name + " are " + weights.dtype() + " of shape " + weights.shape()
                    + ": expected " + (integers ? "integers" : "floating-point numbers") + " of shape (" + n + ")");
        }
        if (weights.lt(0).any().itemBoolean()) {
            throw new IllegalArgumentException("cov: " + name + " must not be negative");
        }
    }

    static Tensor correlation(Tensor x) {
        if (x.dim() > 2) {
            throw new ShapeException("corrcoef: shape " + x.shape() + " has more than two dimensions");
        }
        Tensor covariance = covariance(x, 1, null, null);
        if (covariance.dim() == 0) {
            return covariance.div(covariance);
        }
        Tensor deviation = covariance.diagonal().sqrt();
        return covariance.div(deviation.unsqueeze(1)).div(deviation).clamp(-1, 1);
    }

    static Tensor histogram(Tensor x, long bins, double min, double max) {
        if (!x.dtype().isFloatingPoint()) {
            throw new DTypeException(
                    "histc: wants a floating-point dtype, not " + x.dtype() + ": cast with toFloat() first");
        }
        Tensor flat = x.detach().reshape(-1);
        double low = min;
        double high = max;
        if (low == high && flat.numel() > 0) {
            low = flat.min().item();
            high = flat.max().item();
        }
        if (low == high) {
            low--;
            high++;
        }
        if (bins < 1 || !(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException("histc: " + bins + " bins from " + low + " to " + high
                    + ": wants at least one, and finite bounds in order");
        }
        Tensor inside = flat.maskedSelect(flat.ge(low).logicalAnd(flat.le(high)));
        Tensor bin = inside.to(DType.F64)
                .sub(low)
                .mul(bins)
                .div(high - low)
                .to(DType.I64)
                .clampMax(bins - 1);
        return count(bin, Tensor.onesLike(inside), bins);
    }

    private static Tensor count(Tensor places, Tensor weights, long length) {
        return Tensor.zeros(Shape.of(length), weights.dtype(), weights.device()).scatterAdd(0, places, weights);
    }

    static Tensor binCount(Tensor x, @Nullable Tensor weights, long minLength) {
        boolean weighted = weights != null && !weights.shape().equals(x.shape());
        if (x.dim() != 1 || weighted || minLength < 0) {
            throw new ShapeException("bincount: shape " + x.shape()
                    + (weights == null ? "" : " with weights of shape " + weights.shape()) + " and minlength "
                    + minLength
                    + ": wants one dimension, weights of the same shape, and a minlength that is not negative");
        }
        if (!x.dtype().isIntegral()) {
            throw new DTypeException("bincount: counts integers, not " + x.dtype());
        }
        Tensor places = x.to(DType.I64);
        if (x.numel() > 0 && places.min().itemLong() < 0) {
            throw new TensorIndexException(
                    "bincount: " + places.min().itemLong() + " is negative: only numbers from 0 on are counted");
        }
        long length =
                x.numel() == 0 ? minLength : Math.max(minLength, places.max().itemLong() + 1);
        if (weights == null) {
            return count(places, Tensor.onesLike(places), length);
        }
        return count(places, weights.dtype() == DType.F32 ? weights : weights.to(DType.F64), length);
    }
}
