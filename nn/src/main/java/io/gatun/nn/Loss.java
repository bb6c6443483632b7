package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.List;

/** A module that compares a prediction with a target. */
public abstract class Loss extends Module {
    /** For subclasses. */
    protected Loss() {}

    /** The loss of {@code input} against {@code target}; what a subclass overrides, and {@link #call(Tensor, Tensor)} runs. */
    public abstract Tensor forward(Tensor input, Tensor target);

    /** {@link #forward(Tensor, Tensor)}, and the hooks around it. */
    public final Tensor call(Tensor input, Tensor target) {
        return hasHooks()
                ? hooked(List.of(input, target), x -> List.of(forward(x.get(0), x.get(1))))
                        .get(0)
                : forward(input, target);
    }
}
