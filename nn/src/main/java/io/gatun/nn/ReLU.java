package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** max(x, 0). */
public final class ReLU extends Module {
    /** Without parameters. */
    public ReLU() {}

    @Override
    public Tensor forward(Tensor input) {
        return input.relu();
    }
}
