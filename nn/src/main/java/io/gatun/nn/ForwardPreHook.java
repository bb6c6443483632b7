package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Called before a module computes; see {@link Module#registerForwardPreHook}. */
@FunctionalInterface
public interface ForwardPreHook {
    /**
     * Looks at what {@code module} is given.
     *
     * @param inputs the tensors, in the order of {@code forward}'s arguments; null for one that was not given
     * @return as many tensors, which take their place, or null to leave them
     */
    @Nullable List<Tensor> apply(Module module, List<Tensor> inputs);
}
