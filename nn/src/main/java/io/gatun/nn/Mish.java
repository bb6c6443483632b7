package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x tanh(softplus(x)). */
public final class Mish extends Module {
    /** Without parameters. */
    public Mish() {}

    @Override
    public Tensor forward(Tensor input) {
        return F.mish(input);
    }
}
