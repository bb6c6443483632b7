package io.gatun.autograd;

import io.gatun.tensor.Backward;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Recording switched off and on, and gradients as values. Gradients that accumulate in leaves are {@link
 * Tensor#backward()}'s.
 *
 * <pre>{@code
 * Tensor x = Tensor.of(3.0).requiresGrad_(true);
 * Tensor y = x.pow(3);
 * Tensor first = Autograd.grad(List.of(y), List.of(x), Backward.createGraph()).get(0);   // 3x² = 27
 * Tensor second = Autograd.grad(first, x).get(0);                                        // 6x = 18
 * }</pre>
 */
public final class Autograd {
    private Autograd() {}

    /**
     * Until the result is closed, operators on this thread are not recorded: their results require no gradient, and
     * leaves may be changed in place.
     *
     * <pre>{@code
     * try (var _ = Autograd.noGrad()) {
     *     weight.sub_(weight.grad().mul(learningRate));
     * }
     * }</pre>
     */
    public static GradMode noGrad() {
        return GradMode.set(false);
    }

    /** Until the result is closed, operators on this thread are recorded, also inside {@link #noGrad}. */
    public static GradMode enableGrad() {
        return GradMode.set(true);
    }

    /**
     * Until the result is closed, operators on this thread are not recorded, and what they make never takes part in a graph
     * later: cheaper to reason about than {@link #noGrad}, for programs that only predict. Such a tensor may be read
     * anywhere, but outside of this mode it cannot be changed in place, be made to require a gradient, or be saved for
     * one; {@code clone()} of it can. {@link #enableGrad} has no effect inside.
     */
    public static GradMode inferenceMode() {
        return inferenceMode(true);
    }

    /** {@link #inferenceMode()}; or, with false, ordinary recording until the result is closed, also inside that mode. */
    public static GradMode inferenceMode(boolean mode) {
        return GradMode.inference(mode);
    }

    /** Whether this thread is inside {@link #inferenceMode()}. */
    public static boolean isInferenceModeEnabled() {
        return ThreadState.current().inference;
    }

    /**
     * Until the result is closed, operators on this thread remember where they were called, and the first gradient with a
     * NaN ends the backward pass with an {@link AnomalyException} that names the operator and that line. Any other failure
     * of a gradient has the call among its suppressed exceptions. Slow; forward and backward side both belong inside.
     *
     * <pre>{@code
     * try (var _ = Autograd.detectAnomaly()) {
     *     loss(model.call(x)).backward();
     * }
     * }</pre>
     */
    public static AnomalyMode detectAnomaly() {
        return AnomalyMode.open();
    }

    /**
     * The result of {@code function}, which is computed again in the backward pass instead of keeping what it saves for
     * that: memory for time. Gradients are those of the function itself, also for parameters that it refers to.
     *
     * <p>The function must do the same both times. The default random generator is set to the same numbers, so dropout
     * drops the same elements; what else the function changes, it changes twice. What it makes and does not return is given
     * back when it returns, as by a {@link io.gatun.tensor.TensorScope}. Of a retained graph the values are computed again
     * once, and then kept. May be nested. Where nothing is recorded this is a mere call.
     *
     * @throws TensorStateException in the backward pass, if an input was changed in place meanwhile, or the second run
     *     saves other tensors than the first
     */
    public static Tensor checkpoint(TensorFunction function, Tensor... inputs) {
        return checkpointAll(true, in -> new Tensor[] {function.apply(in)}, inputs)[0];
    }

    /**
     * {@link #checkpoint} for a function of several results.
     *
     * @param preservesRandomState whether the default generator gives the same numbers the second time
     */
    public static Tensor[] checkpointAll(boolean preservesRandomState, TensorsFunction function, Tensor... inputs) {
        return Checkpoint.run(function, preservesRandomState, inputs.clone());
    }

    /**
     * What {@code functions} make of {@code input}, one after another, in segments of which each but the last is a
     * {@link #checkpoint}: PyTorch's {@code checkpoint_sequential}. Of n functions alike, about sqrt(n) segments keep the
     * least.
     *
     * @param segments from 1, which checkpoints nothing, to the number of functions; all of the same length but the last,
     *     which has the rest too
     * @throws IllegalArgumentException if there are not so many functions
     */
    public static Tensor checkpointSequential(
            List<? extends UnaryOperator<Tensor>> functions, int segments, Tensor input) {
        if (segments < 1 || segments > functions.size()) {
            throw new IllegalArgumentException("checkpointSequential: " + functions.size() + " functions cannot be "
                    + segments + " segments: expected 1 to " + functions.size());
        }
        int length = functions.size() / segments;
        Tensor x = input;
        for (int i = 0; i < segments - 1; i++) {
            var segment = List.copyOf(functions.subList(i * length, (i + 1) * length));
            x = checkpoint(in -> inTurn(segment, in[0]), x);
        }
        return inTurn(functions.subList((segments - 1) * length, functions.size()), x);
    }

    private static Tensor inTurn(List<? extends UnaryOperator<Tensor>> functions, Tensor input) {
        Tensor x = input;
        for (UnaryOperator<Tensor> function : functions) {
            x = function.apply(x);
        }
        return x;
    }

    /** Whether operators on this thread are recorded. */
    public static boolean isGradEnabled() {
        return GradMode.isEnabled();
    }

    /** The gradients of a number; the graph is freed. See {@link #grad(List, List, List, Backward, boolean)}. */
    public static List<Tensor> grad(Tensor output, Tensor... inputs) {
        return grad(List.of(output), List.of(inputs), Backward.standard());
    }

    /** The gradients of the sum of numbers. See {@link #grad(List, List, List, Backward, boolean)}. */
    public static List<Tensor> grad(List<Tensor> outputs, List<Tensor> inputs, Backward options) {
        return grad(outputs, inputs, Collections.nCopies(outputs.size(), null), options);
    }

    /**
     * The gradients of {@code inputs}, none of which may be unused. See {@link #grad(List, List, List, Backward,
     * boolean)}.
     */
    public static List<Tensor> grad(
            List<Tensor> outputs, List<Tensor> inputs, List<? extends @Nullable Tensor> gradOutputs, Backward options) {
        List<Tensor> result = new ArrayList<>();
        for (Tensor gradient : grad(outputs, inputs, gradOutputs, options, false)) {
            result.add(java.util.Objects.requireNonNull(gradient));
        }
        return List.copyOf(result);
    }

    /**
     * The gradients of {@code inputs}, which may be leaves or not, without touching anyone's {@link Tensor#grad}.
     *
     * @param outputs what is differentiated; with several, the sum
     * @param inputs with respect to what
     * @param gradOutputs what flows into each output, of its shape; null (1) for a single number
     * @param options whether the graph is kept, and whether the gradients can themselves be differentiated
     * @param allowUnused whether an input that the outputs were not computed from gives null instead of an exception
     * @return a gradient an input, of its shape
     * @throws TensorStateException if an output or an input does not require a gradient, an input is unused, or the graph
     *     was freed
     */
    public static List<@Nullable Tensor> grad(
            List<Tensor> outputs,
            List<Tensor> inputs,
            List<? extends @Nullable Tensor> gradOutputs,
            Backward options,
            boolean allowUnused) {
        if (outputs.size() != gradOutputs.size()) {
            throw new IllegalArgumentException(
                    "grad: " + outputs.size() + " outputs and " + gradOutputs.size() + " gradients for them");
        }
        List<Variable> targets = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Variable variable = Recorder.history(inputs.get(i));
            if (variable == null || !variable.requiresGrad()) {
                throw new TensorStateException("grad: input " + i + " of shape "
                        + inputs.get(i).shape()
                        + " does not require a gradient: call requiresGrad_(true) on it before it is used");
            }
            targets.add(variable);
        }
        List<@Nullable Tensor> gradients =
                BackwardPass.gradients(outputs, new ArrayList<@Nullable Tensor>(gradOutputs), targets, options);
        for (int i = 0; i < gradients.size(); i++) {
            if (gradients.get(i) == null && !allowUnused) {
                throw new TensorStateException("grad: input " + i + " of shape "
                        + inputs.get(i).shape()
                        + " was not used to compute the outputs: leave it out, or allow unused inputs");
            }
        }
        return Collections.unmodifiableList(gradients);
    }
}
