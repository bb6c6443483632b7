package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x - tanh(x). */
public final class Tanhshrink extends Module {
    /** Without parameters. */
    public Tanhshrink() {}

    @Override
    public Tensor forward(Tensor input) {
        return F.tanhshrink(input);
    }
}
