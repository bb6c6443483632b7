package io.gatun.autograd;

import io.gatun.tensor.Tensor;

/** A function of tensors with any number of results. */
@FunctionalInterface
public interface TensorsFunction {
    /** The results, of any shapes. */
    Tensor[] apply(Tensor... inputs);
}
