package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Called when a backward pass has gone through a module; see {@link Module#registerFullBackwardHook}. */
@FunctionalInterface
public interface BackwardHook {
    /**
     * Looks at the gradients, which it must not change in place.
     *
     * @param gradInput of what {@code module} was given; null where it has none
     * @param gradOutput of what it computed; null where none arrived
     * @return as many gradients as {@code gradInput}, which take its place, or null to leave it
     */
    @Nullable List<Tensor> apply(Module module, List<Tensor> gradInput, List<Tensor> gradOutput);
}
