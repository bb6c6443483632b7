package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Where a gradient ends: its variable accumulates it. */
final class LeafNode extends Node {
    LeafNode() {
        super(new Variable[0]);
    }

    @Override
    String name() {
        return "AccumulateGrad";
    }

    @Override
    int outputs() {
        return 1;
    }

    @Override
    void check() {}

    @Override
    @Nullable Tensor[] backward(@Nullable Tensor[] gradients, boolean[] wanted) {
        return new Tensor[0];
    }

    @Override
    void release() {}
}
