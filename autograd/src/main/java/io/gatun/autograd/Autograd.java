package io.gatun.autograd;

import io.gatun.tensor.Backward;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
