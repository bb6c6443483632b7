package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x min(max(x + 3, 0), 6) / 6. */
public final class Hardswish extends Module {
    /** Without parameters. */
    public Hardswish() {}

    @Override
    public Tensor forward(Tensor input) {
        return F.hardswish(input);
    }
}
