package io.gatun.nn;

import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;

/** Softmax over the channels of each place: (N, C, H, W) or (C, H, W). */
public final class Softmax2d extends Module {
    /** Without parameters. */
    public Softmax2d() {}

    @Override
    public Tensor forward(Tensor input) {
        if (input.dim() < 3 || input.dim() > 4) {
            throw new ShapeException("Softmax2d: input " + input.shape() + " must be (N, C, H, W) or (C, H, W)");
        }
        return input.softmax(-3);
    }
}
