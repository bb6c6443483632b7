package io.gatun.nn;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The hooks of one module, and the order in which they run around its {@code forward}. */
final class Hooks {
    final HookList<ForwardPreHook> before = new HookList<>();
    final HookList<ForwardHook> after = new HookList<>();
    final HookList<BackwardHook> backward = new HookList<>();

    boolean isEmpty() {
        return before.isEmpty() && after.isEmpty() && backward.isEmpty();
    }

    /** What {@code forward} makes of {@code inputs}, and the hooks of either. */
    List<Tensor> run(Module module, List<Tensor> inputs, UnaryOperator<List<Tensor>> forward) {
        List<Tensor> given = Collections.unmodifiableList(inputs);
        for (ForwardPreHook hook : before.hooks()) {
            given = replaced(module, "forward pre-hook", "inputs", given, hook.apply(module, given));
        }
        List<BackwardHook> watching = backward.hooks();
        BackwardCrossing crossing = watching.isEmpty() ? null : new BackwardCrossing(module, watching);
        given = crossing == null ? given : crossing.enter(given);
        List<Tensor> results = Collections.unmodifiableList(forward.apply(given));
        for (ForwardHook hook : after.hooks()) {
            results = replaced(module, "forward hook", "outputs", results, hook.apply(module, given, results));
        }
        return crossing == null ? results : crossing.leave(results);
    }

    /** {@code now} in the place of {@code before}, if it is not null. */
    static List<Tensor> replaced(
            Module module, String hook, String what, List<Tensor> before, @Nullable List<Tensor> now) {
        if (now == null) {
            return before;
        }
        if (now.size() != before.size()) {
            throw new ValueException(module.name() + ": a " + hook + " gave " + now.size() + " " + what
                    + " in the place of " + before.size() + ": return as many, or null to leave them");
        }
        return Collections.unmodifiableList(now);
    }
}
