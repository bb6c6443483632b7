package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** min(max(x + 3, 0), 6) / 6. */
public final class Hardsigmoid extends Module {
    /** Without parameters. */
    public Hardsigmoid() {}

    @Override
    public Tensor forward(Tensor input) {
        return F.hardsigmoid(input);
    }
}
