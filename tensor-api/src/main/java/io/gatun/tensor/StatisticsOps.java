package io.gatun.tensor;

import org.jspecify.annotations.Nullable;

/**
 * The statistics of {@link Tensor}: order statistics, moments, counts, distances, what occurs and where. Dimensions and
 * {@code keepDim} as in {@link ReductionOps}.
 */
public sealed interface StatisticsOps permits Tensor {
    /** The sum of all elements that are not NaN. */
    default Tensor nansum() {
        return nansum(Axes.all(((Tensor) this).dim()), false);
    }

    /** The sums along {@code dim} of what is not NaN. */
    default Tensor nansum(int dim) {
        return nansum(Axes.of(dim), false);
    }

    /** {@link #nansum(Axes, boolean)}, without the reduced dimensions. */
    default Tensor nansum(Axes axes) {
        return nansum(axes, false);
    }

    /** The sums over {@code axes} of what is not NaN; over all if none is listed. */
    default Tensor nansum(Axes axes, boolean keepDim) {
        return Statistics.nanSum((Tensor) this, axes, keepDim);
    }

    /** The mean of all elements that are not NaN; floating-point only. NaN if there are none. */
    default Tensor nanmean() {
        return nanmean(Axes.all(((Tensor) this).dim()), false);
    }

    /** The means along {@code dim} of what is not NaN. */
    default Tensor nanmean(int dim) {
        return nanmean(Axes.of(dim), false);
    }

    /** {@link #nanmean(Axes, boolean)}, without the reduced dimensions. */
    default Tensor nanmean(Axes axes) {
        return nanmean(axes, false);
    }

    /** The means over {@code axes} of what is not NaN; over all if none is listed. */
    default Tensor nanmean(Axes axes, boolean keepDim) {
        return Statistics.nanMean((Tensor) this, axes, keepDim);
    }

    /** The middle one of all elements in order, the lower of two; NaN if any is. Equals share its gradient. */
    default Tensor median() {
        return OrderStatistics.median((Tensor) this, false);
    }

    /** The middle elements along {@code dim} in order, the lower of two, and where they are; NaN if any is. */
    default ValuesAndIndices median(int dim) {
        return median(dim, false);
    }

    /** {@link #median(int)}. */
    default ValuesAndIndices median(int dim, boolean keepDim) {
        return OrderStatistics.median((Tensor) this, dim, keepDim, false);
    }

    /** {@link #median()} of what is not NaN. */
    default Tensor nanmedian() {
        return OrderStatistics.median((Tensor) this, true);
    }

    /** {@link #median(int)} of what is not NaN. */
    default ValuesAndIndices nanmedian(int dim) {
        return nanmedian(dim, false);
    }

    /** {@link #median(int)} of what is not NaN. */
    default ValuesAndIndices nanmedian(int dim, boolean keepDim) {
        return OrderStatistics.median((Tensor) this, dim, keepDim, true);
    }

    /** The smallest of the elements that occur most often along the last dimension, and where the last of them is. */
    default ValuesAndIndices mode() {
        return mode(-1, false);
    }

    /** {@link #mode(int, boolean)}, without the dimension. */
    default ValuesAndIndices mode(int dim) {
        return mode(dim, false);
    }

    /** The smallest of the elements that occur most often along {@code dim}, and where the last of them is. */
    default ValuesAndIndices mode(int dim, boolean keepDim) {
        return OrderStatistics.mode((Tensor) this, dim, keepDim);
    }

    /** The {@code k}-th smallest elements, from 1, along the last dimension, and where they are; NaN is the largest. */
    default ValuesAndIndices kthvalue(long k) {
        return kthvalue(k, -1, false);
    }

    /** {@link #kthvalue(long, int, boolean)}, without the dimension. */
    default ValuesAndIndices kthvalue(long k, int dim) {
        return kthvalue(k, dim, false);
    }

    /** The {@code k}-th smallest elements, from 1, along {@code dim}, and where they are; NaN is the largest. */
    default ValuesAndIndices kthvalue(long k, int dim, boolean keepDim) {
        return OrderStatistics.kthValue((Tensor) this, k, dim, keepDim);
    }

    /** The quantile {@code q}, from 0 to 1, of all elements ({@code F32} or {@code F64}); NaN if any is. */
    default Tensor quantile(double q) {
        return quantile(q, null, false, Interpolation.LINEAR);
    }

    /** The quantiles {@code q} along {@code dim}. */
    default Tensor quantile(double q, int dim) {
        return quantile(q, dim, false, Interpolation.LINEAR);
    }

    /** The quantiles {@code q} along {@code dim}, or if it is null of all elements. */
    default Tensor quantile(double q, @Nullable Integer dim, boolean keepDim, Interpolation interpolation) {
        return quantile(Statistics.numberLike((Tensor) this, q), dim, keepDim, interpolation);
    }

    /** {@link #quantile(Tensor, Integer, boolean, Interpolation)} of all elements, interpolated linearly. */
    default Tensor quantile(Tensor q) {
        return quantile(q, null, false, Interpolation.LINEAR);
    }

    /** {@link #quantile(Tensor, Integer, boolean, Interpolation)}, interpolated linearly, without the dimension. */
    default Tensor quantile(Tensor q, int dim) {
        return quantile(q, dim, false, Interpolation.LINEAR);
    }

    /** Several quantiles (one dimension, of this dtype), which become the first dimension. */
    default Tensor quantile(Tensor q, @Nullable Integer dim, boolean keepDim, Interpolation interpolation) {
        return OrderStatistics.quantile((Tensor) this, q, dim, keepDim, interpolation, false);
    }

    /** {@link #quantile(double)} of what is not NaN. */
    default Tensor nanquantile(double q) {
        return nanquantile(q, null, false, Interpolation.LINEAR);
    }

    /** {@link #quantile(double, int)} of what is not NaN. */
    default Tensor nanquantile(double q, int dim) {
        return nanquantile(q, dim, false, Interpolation.LINEAR);
    }

    /** {@link #quantile(double, Integer, boolean, Interpolation)} of what is not NaN. */
    default Tensor nanquantile(double q, @Nullable Integer dim, boolean keepDim, Interpolation interpolation) {
        return nanquantile(Statistics.numberLike((Tensor) this, q), dim, keepDim, interpolation);
    }

    /** {@link #quantile(Tensor, Integer, boolean, Interpolation)} of what is not NaN. */
    default Tensor nanquantile(Tensor q, @Nullable Integer dim, boolean keepDim, Interpolation interpolation) {
        return OrderStatistics.quantile((Tensor) this, q, dim, keepDim, interpolation, true);
    }

    /** The smallest and the largest of all elements. */
    default Extremes aminmax() {
        Tensor x = (Tensor) this;
        return new Extremes(x.min(), x.max());
    }

    /** {@link #aminmax(int, boolean)}, without the dimension. */
    default Extremes aminmax(int dim) {
        return aminmax(dim, false);
    }

    /** The smallest and the largest elements along {@code dim}. */
    default Extremes aminmax(int dim, boolean keepDim) {
        Tensor x = (Tensor) this;
        return new Extremes(x.amin(dim, keepDim), x.amax(dim, keepDim));
    }

    /** {@link ReductionOps#var()} and the mean. */
    default SpreadAndMean varMean() {
        return varMean(Axes.all(((Tensor) this).dim()), 1, false);
    }

    /** {@link #varMean(Axes, long, boolean)} with correction 1, of one dimension, which is dropped. */
    default SpreadAndMean varMean(int dim) {
        return varMean(Axes.of(dim), 1, false);
    }

    /** {@link ReductionOps#var(Axes, long, boolean)} and the means. */
    default SpreadAndMean varMean(Axes axes, long correction, boolean keepDim) {
        Tensor x = (Tensor) this;
        return new SpreadAndMean(x.var(axes, correction, keepDim), x.mean(axes, keepDim));
    }

    /** {@link ReductionOps#std()} and the mean. */
    default SpreadAndMean stdMean() {
        return stdMean(Axes.all(((Tensor) this).dim()), 1, false);
    }

    /** {@link #stdMean(Axes, long, boolean)} with correction 1, of one dimension, which is dropped. */
    default SpreadAndMean stdMean(int dim) {
        return stdMean(Axes.of(dim), 1, false);
    }

    /** {@link ReductionOps#std(Axes, long, boolean)} and the means. */
    default SpreadAndMean stdMean(Axes axes, long correction, boolean keepDim) {
        Tensor x = (Tensor) this;
        return new SpreadAndMean(x.std(axes, correction, keepDim), x.mean(axes, keepDim));
    }

    /** The Euclidean norm of the difference, broadcast. */
    default Tensor dist(Tensor other) {
        return dist(other, 2);
    }

    /** The {@code p}-norm of the difference, broadcast. */
    default Tensor dist(Tensor other, double p) {
        return ((Tensor) this).sub(other).norm(p);
    }

    /**
     * The {@code p}-norms of the differences of all rows of this and {@code other}: (.., p, m), (.., r, m) to (.., p, r).
     * Euclidean distances of more than 25 rows of F32 or F64 come from a matrix product, as in PyTorch: that is faster, and
     * less accurate where rows are closer to one another than to 0.
     */
    default Tensor cdist(Tensor other, double p) {
        return Statistics.distances((Tensor) this, other, p);
    }

    /** {@link #cdist(Tensor, double)} with p = 2. */
    default Tensor cdist(Tensor other) {
        return cdist(other, 2);
    }

    /** Each slice along {@code dim} scaled so that its {@code p}-norm is at most {@code maxnorm}. */
    default Tensor renorm(double p, int dim, double maxnorm) {
        return Statistics.renorm((Tensor) this, p, dim, maxnorm);
    }

    /** {@link #renorm(double, int, double)} in place. */
    default Tensor renorm_(double p, int dim, double maxnorm) {
        return Elementwise.assign(
                "renorm", (Tensor) this, Elementwise.old((Tensor) this).renorm(p, dim, maxnorm));
    }

    /** The differences of neighbours along the last dimension; for bool, whether they differ. */
    default Tensor diff() {
        return diff(1, -1);
    }

    /** {@code n} times the differences of neighbours along {@code dim}. */
    default Tensor diff(long n, int dim) {
        return diff(n, dim, null, null);
    }

    /** {@link #diff(long, int)} of this with something before and after it along {@code dim}; null for nothing. */
    default Tensor diff(long n, int dim, @Nullable Tensor prepend, @Nullable Tensor append) {
        return Statistics.diff((Tensor) this, n, dim, prepend, append);
    }

    /** The covariances of the rows, which are variables: (v, n) to (v, v). One variable gives a number. */
    default Tensor cov() {
        return cov(1, null, null);
    }

    /**
     * {@link #cov()} with divisor n - {@code correction}, and the observations weighted.
     *
     * @param fweights how often each was made, integers of shape (n), or null
     * @param aweights how much each counts, floating-point of shape (n), or null
     */
    default Tensor cov(long correction, @Nullable Tensor fweights, @Nullable Tensor aweights) {
        return Statistics.covariance((Tensor) this, correction, fweights, aweights);
    }

    /** The correlation coefficients of the rows, which are variables: (v, n) to (v, v). */
    default Tensor corrcoef() {
        return Statistics.correlation((Tensor) this);
    }

    /** {@link #histc(long, double, double)} with 100 bins from the smallest to the largest element. */
    default Tensor histc() {
        return histc(100, 0, 0);
    }

    /**
     * How many elements lie in each of {@code bins} equal parts of [min, max], in this dtype; others are not counted. With
     * min = max the bounds are the smallest and the largest element. No gradient.
     */
    default Tensor histc(long bins, double min, double max) {
        return Statistics.histogram((Tensor) this, bins, min, max);
    }

    /** How often each number from 0 on occurs: integers of one dimension, none negative, to {@code I64}. */
    default Tensor bincount() {
        return bincount(null, 0);
    }

    /** {@link #bincount()} with a weight for each, or null, and a result of at least {@code minlength}. */
    default Tensor bincount(@Nullable Tensor weights, long minlength) {
        return Statistics.binCount((Tensor) this, weights, minlength);
    }

    /** The elements, each once, ascending: one dimension. */
    default Tensor unique() {
        return uniqueElements().values();
    }

    /** The slices along {@code dim}, each once, in the order of their elements. */
    default Tensor unique(int dim) {
        return uniqueElements(dim).values();
    }

    /** {@link #unique()}, with where each element went, and how often each occurs. No gradient. */
    default UniqueElements uniqueElements() {
        return Uniques.of((Tensor) this, true);
    }

    /** {@link #unique(int)}, with where each slice went, and how often each occurs. No gradient. */
    default UniqueElements uniqueElements(int dim) {
        return Uniques.of((Tensor) this, dim, true);
    }

    /** The first element of every run of equals, in row-major order: one dimension. */
    default UniqueElements uniqueConsecutive() {
        return Uniques.of((Tensor) this, false);
    }

    /** The first slice of every run of equal slices along {@code dim}. */
    default UniqueElements uniqueConsecutive(int dim) {
        return Uniques.of((Tensor) this, dim, false);
    }

    /** {@link #searchsorted(Tensor, boolean)} before equal elements. */
    default Tensor searchsorted(Tensor values) {
        return searchsorted(values, false);
    }

    /**
     * Where in this sequence, ascending along the last dimension, each value belongs: {@code I64} of the shape of
     * {@code values}. This has one dimension, or the sizes of {@code values} but for the last.
     *
     * @param right whether behind equal elements
     */
    default Tensor searchsorted(Tensor values, boolean right) {
        return Searches.sorted("searchsorted", (Tensor) this, values, right);
    }

    /** {@link #bucketize(Tensor, boolean)} with buckets that include their upper boundary. */
    default Tensor bucketize(Tensor boundaries) {
        return bucketize(boundaries, false);
    }

    /** Which bucket each element falls into: {@link #searchsorted(Tensor, boolean)} in {@code boundaries}, of one dimension. */
    default Tensor bucketize(Tensor boundaries, boolean right) {
        return Searches.sorted("bucketize", boundaries, (Tensor) this, right);
    }

    /** The largest elements so far along {@code dim}, and where they are, of equals the last; a NaN stays. */
    default ValuesAndIndices cummax(int dim) {
        return Reductions.runningExtremes((Tensor) this, true, dim);
    }

    /** The smallest elements so far along {@code dim}, and where they are, of equals the last; a NaN stays. */
    default ValuesAndIndices cummin(int dim) {
        return Reductions.runningExtremes((Tensor) this, false, dim);
    }

    /** log(cumsum(exp(x))) along {@code dim}, without overflow; floating-point only. */
    default Tensor logcumsumexp(int dim) {
        return Running.logCumSumExp((Tensor) this, dim);
    }
}
