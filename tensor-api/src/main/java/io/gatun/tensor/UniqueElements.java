package io.gatun.tensor;

/**
 * What {@link StatisticsOps#uniqueElements()} found.
 *
 * @param values each element, or slice, once
 * @param inverse where in {@code values} each of the input's is, {@code I64}
 * @param counts how often each occurs, {@code I64}
 */
public record UniqueElements(Tensor values, Tensor inverse, Tensor counts) {}
