package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x / (1 + |x|). */
public final class Softsign extends Module {
    /** Without parameters. */
    public Softsign() {}

    @Override
    public Tensor forward(Tensor input) {
        return F.softsign(input);
    }
}
