package io.gatun.tensor;

/**
 * A determinant as its sign and the logarithm of its absolute value, which neither overflows nor underflows.
 *
 * @param sign -1, 0 or 1
 * @param logAbsDet the logarithm, negative infinity where the determinant is zero
 */
public record SlogDet(Tensor sign, Tensor logAbsDet) {}
