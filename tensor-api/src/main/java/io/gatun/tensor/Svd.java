package io.gatun.tensor;

/**
 * The factors of a singular value decomposition; each pair of singular vectors is unique up to its common sign.
 *
 * @param u the left singular vectors, one each column: (..., m, k), or (..., m, m)
 * @param s the singular values, (..., k), the largest first
 * @param vh the right singular vectors, one each row: (..., k, n), or (..., n, n)
 */
public record Svd(Tensor u, Tensor s, Tensor vh) {}
