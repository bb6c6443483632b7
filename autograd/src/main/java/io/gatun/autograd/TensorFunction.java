package io.gatun.autograd;

import io.gatun.tensor.Tensor;

/** A function of tensors with one result. */
@FunctionalInterface
public interface TensorFunction {
    /** The result, of any shape. */
    Tensor apply(Tensor... inputs);
}
