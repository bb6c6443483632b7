package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** 1 / (1 + e^-x). */
public final class Sigmoid extends Module {
    /** Without parameters. */
    public Sigmoid() {}

    @Override
    public Tensor forward(Tensor input) {
        return input.sigmoid();
    }
}
