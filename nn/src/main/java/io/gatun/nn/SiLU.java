package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x sigmoid(x). */
public final class SiLU extends Module {
    /** Without parameters. */
    public SiLU() {}

    @Override
    public Tensor forward(Tensor input) {
        return F.silu(input);
    }
}
