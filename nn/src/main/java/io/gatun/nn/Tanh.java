package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** Hyperbolic tangent. */
public final class Tanh extends Module {
    /** Without parameters. */
    public Tanh() {}

    @Override
    public Tensor forward(Tensor input) {
        return input.tanh();
    }
}
