package io.gatun.tensor.spi;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Called with a gradient during a backward pass. */
@FunctionalInterface
public interface GradHook {
    /** Looks at {@code gradient}; the result, of the same shape, takes its place, null leaves it. */
    @Nullable Tensor apply(Tensor gradient);
}
