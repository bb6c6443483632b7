package io.gatun.tensor;

/**
 * The factors of a QR decomposition.
 *
 * @param q with orthonormal columns, (..., m, k)
 * @param r upper triangular, (..., k, n)
 */
public record Qr(Tensor q, Tensor r) {}
