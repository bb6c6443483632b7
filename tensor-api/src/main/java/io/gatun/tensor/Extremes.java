package io.gatun.tensor;

/**
 * The two results of {@link StatisticsOps#aminmax()}.
 *
 * @param min the smallest elements
 * @param max the largest elements
 */
public record Extremes(Tensor min, Tensor max) {}
