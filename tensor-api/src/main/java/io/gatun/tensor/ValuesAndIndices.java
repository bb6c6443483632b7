package io.gatun.tensor;

/**
 * The two results of an operator that finds elements.
 *
 * @param values the elements found
 * @param indices their positions along the dimension searched, {@code I64}, of the same shape
 */
public record ValuesAndIndices(Tensor values, Tensor indices) {}
