package io.gatun.tensor;

/**
 * What least squares give.
 *
 * @param solution X, which makes the sum of squares of A·X - B least, and is the smallest of all that do
 * @param residuals those sums, (..., k), if A has more rows than columns and full rank everywhere; else without elements
 * @param rank the rank of each matrix, {@code I64} (...)
 * @param singularValues of A, the largest first
 */
public record LstSq(Tensor solution, Tensor residuals, Tensor rank, Tensor singularValues) {}
