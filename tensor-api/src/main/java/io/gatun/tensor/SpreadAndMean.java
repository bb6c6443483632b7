package io.gatun.tensor;

/**
 * The two results of {@link StatisticsOps#varMean()} and {@link StatisticsOps#stdMean()}.
 *
 * @param spread the variances, or the standard deviations
 * @param mean the means
 */
public record SpreadAndMean(Tensor spread, Tensor mean) {}
