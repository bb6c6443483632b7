package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Called after a module has computed; see {@link Module#registerForwardHook}. */
@FunctionalInterface
public interface ForwardHook {
    /**
     * Looks at what {@code module} was given and what it made of it.
     *
     * @param inputs the tensors, in the order of {@code forward}'s arguments; null for one that was not given
     * @param outputs the tensors, one for most modules; of a record its components
     * @return as many tensors, which take the outputs' place, or null to leave them
     */
    @Nullable List<Tensor> apply(Module module, List<Tensor> inputs, List<Tensor> outputs);
}
