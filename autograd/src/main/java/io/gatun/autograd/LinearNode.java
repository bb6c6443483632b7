package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A linear step that is no operator of its own: the adjoint of a view, whose gradient is the view, or a copy to another
 * device. It saves nothing but layouts.
 */
final class LinearNode extends Node {
    private final String name;
    private final Function<Tensor, @Nullable Tensor[]> adjoint;

    LinearNode(String name, @Nullable Variable[] inputs, Function<Tensor, @Nullable Tensor[]> adjoint) {
        super(inputs);
        this.name = name;
        this.adjoint = adjoint;
    }

    @Override
    String name() {
        return name;
    }

    @Override
    int outputs() {
        return 1;
    }

    @Override
    void check() {}

    @Override
    @Nullable Tensor[] backward(@Nullable Tensor[] gradients, boolean[] wanted) {
        return adjoint.apply(java.util.Objects.requireNonNull(gradients[0]));
    }

    @Override
    void release() {}
}
