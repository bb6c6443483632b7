package io.gatun.tensor;

/**
 * The eigenvalues and eigenvectors of symmetric matrices.
 *
 * @param eigenvalues (..., n), the smallest first
 * @param eigenvectors (..., n, n), one each column, orthonormal; each is unique up to its sign
 */
public record Eigh(Tensor eigenvalues, Tensor eigenvectors) {}
