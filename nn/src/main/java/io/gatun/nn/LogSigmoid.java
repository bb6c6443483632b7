package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** log(sigmoid(x)), without overflow. */
public final class LogSigmoid extends Module {
    /** Without parameters. */
    public LogSigmoid() {}

    @Override
    public Tensor forward(Tensor input) {
        return F.logsigmoid(input);
    }
}
