package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** min(max(x, 0), 6). */
public final class ReLU6 extends Module {
    /** Without parameters. */
    public ReLU6() {}

    @Override
    public Tensor forward(Tensor input) {
        return F.relu6(input);
    }
}
