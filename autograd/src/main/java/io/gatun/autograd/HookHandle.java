package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.GradHook;
import org.jspecify.annotations.Nullable;

/** One registration of a hook. The same hook may be registered more than once; closing removes this one, once. */
final class HookHandle implements GradHook, AutoCloseable {
    private final Variable variable;
    private final GradHook hook;

    HookHandle(Variable variable, GradHook hook) {
        this.variable = variable;
        this.hook = hook;
    }

    @Override
    public @Nullable Tensor apply(Tensor gradient) {
        return hook.apply(gradient);
    }

    @Override
    public void close() {
        variable.removeHook(this);
    }
}
