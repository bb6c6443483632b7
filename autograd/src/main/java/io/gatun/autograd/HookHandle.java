package io.gatun.autograd;

import io.gatun.tensor.RemovableHandle;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.GradHook;
import org.jspecify.annotations.Nullable;

/** One registration of a hook on a variable. */
final class HookHandle implements GradHook, RemovableHandle {
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
    public void remove() {
        variable.removeHook(this);
    }
}
