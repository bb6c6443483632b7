package io.gatun.nn;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.Context;
import io.gatun.autograd.Function;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.ValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One call of a module that has backward hooks. What goes in and what comes out passes an identity in the graph: a backward
 * pass meets the outputs' first, where the gradients are kept, and the inputs' last, where the hooks are called with both.
 */
final class BackwardCrossing {
    private final Module module;
    private final List<BackwardHook> hooks;
    private int inputs;
    private boolean entered;
    private List<Tensor> watched = List.of();
    private int[] versions = {};
    private @Nullable List<Tensor> gradOutput;

    BackwardCrossing(Module module, List<BackwardHook> hooks) {
        this.module = module;
        this.hooks = hooks;
    }

    List<Tensor> enter(List<Tensor> given) {
        inputs = given.size();
        watched = given.stream().filter(BackwardCrossing::isDifferentiable).toList();
        entered = !watched.isEmpty();
        versions =
                watched.stream().mapToInt(tensor -> tensor.storage().version()).toArray();
        return pass(given, this::atInputs);
    }

    /** @throws TensorStateException if the module changed an input in place: its gradient would not be that of the input */
    List<Tensor> leave(List<Tensor> results) {
        for (int i = 0; i < versions.length; i++) {
            if (watched.get(i).storage().version() != versions[i]) {
                throw new TensorStateException(module.name()
                        + ": an input was changed in place, which a module with backward hooks must not do");
            }
        }
        watched = List.of();
        return pass(results, this::atOutputs);
    }

    private List<Tensor> atOutputs(List<Tensor> gradients) {
        if (entered) {
            gradOutput = gradients;
        } else {
            List<Tensor> none = Collections.nCopies(inputs, null);
            if (callHooks(none, gradients).stream().anyMatch(Objects::nonNull)) {
                throw new ValueException(
                        module.name() + ": a backward hook gave a gradient where no input requires one: return null");
            }
        }
        return gradients;
    }

    private List<Tensor> atInputs(List<Tensor> gradients) {
        List<Tensor> ofOutputs = gradOutput;
        gradOutput = null;
        return ofOutputs == null
                ? gradients
                : callHooks(gradients, ofOutputs); // null where a path goes round the outputs
    }

    private List<Tensor> callHooks(List<Tensor> gradInput, List<Tensor> ofOutputs) {
        List<Tensor> result = gradInput;
        for (BackwardHook hook : hooks) {
            result =
                    Hooks.replaced(module, "backward hook", "gradients", result, hook.apply(module, result, ofOutputs));
        }
        return result;
    }

    private static boolean isDifferentiable(@Nullable Tensor tensor) {
        return tensor != null && tensor.requiresGrad() && Autograd.isGradEnabled();
    }

    /** The same values; the gradients of those that require one, null for the others, go through {@code backward}. */
    private static List<Tensor> pass(List<Tensor> tensors, UnaryOperator<List<Tensor>> backward) {
        int[] places = IntStream.range(0, tensors.size())
                .filter(i -> isDifferentiable(tensors.get(i)))
                .toArray();
        if (places.length == 0) {
            return tensors;
        }
        Tensor[] passed = new BackwardHookFunction(places, tensors.size(), backward)
                .applyAll(Arrays.stream(places).mapToObj(tensors::get).toArray(Tensor[]::new));
        List<Tensor> result = new ArrayList<>(tensors);
        for (int i = 0; i < places.length; i++) {
            result.set(places[i], passed[i]);
        }
        return Collections.unmodifiableList(result);
    }

    /** The identity, whose gradients are shown among as many as there are tensors. */
    private static final class BackwardHookFunction extends Function {
        private final int[] places;
        private final int size;
        private final UnaryOperator<List<Tensor>> backward;

        BackwardHookFunction(int[] places, int size, UnaryOperator<List<Tensor>> backward) {
            this.places = places;
            this.size = size;
            this.backward = backward;
        }

        @Override
        protected Tensor[] forward(Context context, Tensor... inputs) {
            context.setMaterializeGrads(false);
            return inputs;
        }

        @Override
        protected @Nullable Tensor[] backward(Context context, @Nullable Tensor... gradients) {
            List<Tensor> shown = new ArrayList<>(Collections.nCopies(size, null));
            for (int i = 0; i < places.length; i++) {
                shown.set(places[i], gradients[i]);
            }
            List<Tensor> result = backward.apply(Collections.unmodifiableList(shown));
            return Arrays.stream(places).mapToObj(result::get).toArray(Tensor[]::new);
        }
    }
}
