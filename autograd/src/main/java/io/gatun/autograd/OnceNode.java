package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import org.jspecify.annotations.Nullable;

/** The gradients of a function that says it can be differentiated once only: no pass gets through. */
final class OnceNode extends Node {
    private final String function;
    private final int outputs;

    /**
     * What {@code function} gave in a recorded pass.
     *
     * @param inputs what it depends on
     */
    OnceNode(String function, @Nullable Variable[] inputs, int outputs) {
        super(inputs);
        this.function = function;
        this.outputs = outputs;
    }

    @Override
    String name() {
        return function + "Once";
    }

    @Override
    int outputs() {
        return outputs;
    }

    @Override
    void check() {
        throw new TensorStateException(function + ": its gradient is marked as differentiable once only, and is to be"
                + " differentiated again: write backward in tensor operations and leave markOnceDifferentiable out");
    }

    @Override
    @Nullable Tensor[] backward(@Nullable Tensor[] gradients, boolean[] wanted) {
        throw new IllegalStateException("refused by check");
    }

    @Override
    void release() {}
}
