package io.gatun.autograd;

import io.gatun.tensor.Backward;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Derivatives of functions: products of vectors with Jacobians and Hessians, and these whole. PyTorch's {@code
 * torch.autograd.functional}.
 *
 * <p>Inputs are real or complex tensors, which need not require gradients and are not changed; nobody's {@link
 * Tensor#grad} is touched. Of a result that does not depend on an input the derivative is zero. With {@code createGraph}
 * all results can themselves be differentiated, by inputs that require gradients; otherwise they have no history.
 *
 * <pre>{@code
 * Tensor x = Tensor.of(new double[] {1, 2});
 * Tensor j = Functional.jacobian(in -> in[0].square(), x).get(0);   // [[2, 0], [0, 4]]
 * }</pre>
 */
public final class Functional {
    /**
     * The value of a function, and a vector times its derivative.
     *
     * @param output the value
     * @param products a product an input, of its shape
     */
    public record Pullback(Tensor output, List<Tensor> products) {}

    /**
     * The value of a function, and its derivative times a vector.
     *
     * @param output the value
     * @param tangent the product, of the value's shape
     */
    public record Pushforward(Tensor output, Tensor tangent) {}

    private Functional() {}

    /** {@link #vjp(TensorFunction, List, Tensor, boolean)} without a graph. */
    public static Pullback vjp(TensorFunction function, List<Tensor> inputs, @Nullable Tensor v) {
        return vjp(function, inputs, v, false);
    }

    /**
     * A vector times the Jacobian: what a backward pass computes.
     *
     * @param v of the shape of the function's result; null (1) for a single number
     * @throws ShapeException if {@code v} does not fit
     */
    public static Pullback vjp(TensorFunction function, List<Tensor> inputs, @Nullable Tensor v, boolean createGraph) {
        try (GradMode _ = GradMode.recording()) {
            List<Tensor> in = tracked(inputs, createGraph);
            Tensor output = apply(function, in);
            if (v == null && output.numel() != 1) {
                throw new ShapeException("vjp: the function's result has shape " + output.shape()
                        + ": give the vector of that shape; it may be left out for a single number only");
            }
            Tensor flow = v == null ? Tensor.onesLike(output) : fitting("vjp", v, output);
            return new Pullback(finished(output, createGraph), pull(List.of(output), in, List.of(flow), createGraph));
        }
    }

    /** {@link #jvp(TensorFunction, List, List, boolean)} without a graph. */
    public static Pushforward jvp(TensorFunction function, List<Tensor> inputs, @Nullable List<Tensor> v) {
        return jvp(function, inputs, v, false);
    }

    /**
     * The Jacobian times a vector: the derivative in a direction. By two backward passes: the vector-Jacobian product is
     * linear in its vector, and the derivative of that, by the vector, is the Jacobian transposed.
     *
     * @param v a tensor an input, of its shape; null (1) for a single input of a single number
     * @throws ShapeException if {@code v} does not fit
     */
    public static Pushforward jvp(
            TensorFunction function, List<Tensor> inputs, @Nullable List<Tensor> v, boolean createGraph) {
        try (GradMode _ = GradMode.recording()) {
            List<Tensor> in = tracked(inputs, createGraph);
            List<Tensor> direction = direction("jvp", v, in);
            Tensor output = apply(function, in);
            Tensor tangent = push(List.of(output), in, direction, createGraph).get(0);
            return new Pushforward(finished(output, createGraph), tangent);
        }
    }

    /** {@link #jacobian(TensorFunction, boolean, Tensor...)} without a graph. */
    public static List<Tensor> jacobian(TensorFunction function, Tensor... inputs) {
        return jacobian(function, false, inputs);
    }

    /**
     * All first derivatives.
     *
     * @return a tensor an input, of shape (shape of the result, shape of the input)
     */
    public static List<Tensor> jacobian(TensorFunction function, boolean createGraph, Tensor... inputs) {
        try (GradMode _ = GradMode.recording()) {
            List<Tensor> in = tracked(List.of(inputs), createGraph);
            return rows(apply(function, in), in, createGraph);
        }
    }

    /** {@link #hessian(TensorFunction, boolean, Tensor...)} without a graph. */
    public static List<List<Tensor>> hessian(TensorFunction function, Tensor... inputs) {
        return hessian(function, false, inputs);
    }

    /**
     * All second derivatives of a function whose result is a single number.
     *
     * @return for input i and input j a tensor of shape (shape of i, shape of j)
     * @throws ShapeException if the result is not a single number
     */
    public static List<List<Tensor>> hessian(TensorFunction function, boolean createGraph, Tensor... inputs) {
        try (GradMode _ = GradMode.recording()) {
            List<Tensor> in = tracked(List.of(inputs), createGraph);
            List<List<Tensor>> result = new ArrayList<>();
            for (Tensor gradient : gradients("hessian", apply(function, in), in)) {
                result.add(rows(gradient, in, createGraph));
            }
            return List.copyOf(result);
        }
    }

    /** {@link #vhp(TensorFunction, List, List, boolean)} without a graph. */
    public static Pullback vhp(TensorFunction function, List<Tensor> inputs, @Nullable List<Tensor> v) {
        return vhp(function, inputs, v, false);
    }

    /**
     * A vector times the Hessian of a function whose result is a single number. Cheaper than {@link #hvp}, and the same
     * where the second derivatives are continuous.
     *
     * @param v a tensor an input, of its shape; null (1) for a single input of a single number
     * @throws ShapeException if the result is not a single number, or {@code v} does not fit
     */
    public static Pullback vhp(
            TensorFunction function, List<Tensor> inputs, @Nullable List<Tensor> v, boolean createGraph) {
        try (GradMode _ = GradMode.recording()) {
            List<Tensor> in = tracked(inputs, createGraph);
            List<Tensor> direction = direction("vhp", v, in);
            Tensor output = apply(function, in);
            List<Tensor> gradients = gradients("vhp", output, in);
            return new Pullback(finished(output, createGraph), pull(gradients, in, direction, createGraph));
        }
    }

    /** {@link #hvp(TensorFunction, List, List, boolean)} without a graph. */
    public static Pullback hvp(TensorFunction function, List<Tensor> inputs, @Nullable List<Tensor> v) {
        return hvp(function, inputs, v, false);
    }

    /**
     * The Hessian of a function whose result is a single number, times a vector; as {@link #jvp} of the gradient.
     *
     * @param v a tensor an input, of its shape; null (1) for a single input of a single number
     * @throws ShapeException if the result is not a single number, or {@code v} does not fit
     */
    public static Pullback hvp(
            TensorFunction function, List<Tensor> inputs, @Nullable List<Tensor> v, boolean createGraph) {
        try (GradMode _ = GradMode.recording()) {
            List<Tensor> in = tracked(inputs, createGraph);
            List<Tensor> direction = direction("hvp", v, in);
            Tensor output = apply(function, in);
            List<Tensor> gradients = gradients("hvp", output, in);
            return new Pullback(finished(output, createGraph), push(gradients, in, direction, createGraph));
        }
    }

    // ---- steps

    /** Tensors of their own, so that only uses inside the function count; with their history if that is wanted. */
    private static List<Tensor> tracked(List<Tensor> inputs, boolean createGraph) {
        List<Tensor> result = new ArrayList<>();
        for (Tensor input : inputs) {
            result.add(
                    createGraph && input.requiresGrad()
                            ? input.view(input.shape())
                            : input.detach().requiresGrad_(true));
        }
        return result;
    }

    private static Tensor apply(TensorFunction function, List<Tensor> inputs) {
        return function.apply(inputs.toArray(new Tensor[0]));
    }

    private static Tensor finished(Tensor output, boolean createGraph) {
        return createGraph ? output : output.detach();
    }

    private static Tensor fitting(String operator, Tensor v, Tensor like) {
        if (!v.shape().equals(like.shape())) {
            throw new ShapeException(operator + ": the vector of shape " + v.shape()
                    + " does not fit the tensor of shape " + like.shape());
        }
        return v.to(like.dtype());
    }

    private static List<Tensor> direction(String operator, @Nullable List<Tensor> v, List<Tensor> inputs) {
        if (v == null) {
            if (inputs.size() != 1 || inputs.get(0).numel() != 1) {
                throw new ShapeException(operator + ": there are " + inputs.size() + " inputs, the first of shape "
                        + inputs.get(0).shape()
                        + ": give a vector for each, of its shape; they may be left out for a single number only");
            }
            return List.of(Tensor.onesLike(inputs.get(0)));
        }
        if (v.size() != inputs.size()) {
            throw new IllegalArgumentException(
                    operator + ": " + v.size() + " vectors do not fit " + inputs.size() + " inputs: give one each");
        }
        List<Tensor> result = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            result.add(fitting(operator, v.get(i), inputs.get(i)));
        }
        return result;
    }

    /** The gradients of a single number, with a graph. */
    private static List<Tensor> gradients(String operator, Tensor output, List<Tensor> inputs) {
        if (output.numel() != 1) {
            throw new ShapeException(operator + ": the function's result has shape " + output.shape()
                    + ": only a single number has a Hessian");
        }
        return pull(List.of(output), inputs, List.of(Tensor.onesLike(output)), true);
    }

    /** What flows into the outputs, times their Jacobians; zeros where nothing depends on anything. */
    private static List<Tensor> pull(
            List<Tensor> outputs, List<Tensor> inputs, List<Tensor> flows, boolean createGraph) {
        List<Tensor> dependent = new ArrayList<>();
        List<Tensor> given = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).requiresGrad()) {
                dependent.add(outputs.get(i));
                given.add(flows.get(i));
            }
        }
        List<Tensor> result = new ArrayList<>();
        List<@Nullable Tensor> gradients = Autograd.grad(
                dependent, inputs, given, createGraph ? Backward.createGraph() : Backward.retainGraph(), true);
        for (int i = 0; i < inputs.size(); i++) {
            Tensor gradient = gradients.get(i);
            result.add(gradient == null ? zeros(inputs.get(i)) : gradient);
        }
        return List.copyOf(result);
    }

    /** The Jacobians of the outputs, times a direction: the derivative of {@link #pull} by what flows. */
    private static List<Tensor> push(
            List<Tensor> outputs, List<Tensor> inputs, List<Tensor> direction, boolean createGraph) {
        List<Tensor> flows = new ArrayList<>();
        for (Tensor output : outputs) {
            flows.add(zeros(output).requiresGrad_(true));
        }
        return pull(pull(outputs, inputs, flows, true), flows, direction, createGraph);
    }

    private static List<Tensor> rows(Tensor output, List<Tensor> inputs, boolean createGraph) {
        int count = Math.toIntExact(output.numel());
        List<List<Tensor>> rows = new ArrayList<>();
        for (int j = 0; j < inputs.size(); j++) {
            rows.add(new ArrayList<>());
        }
        for (int i = 0; i < count; i++) {
            Tensor one = zeros(output);
            one.view(count).narrow(0, i, 1).fill_(1);
            List<Tensor> gradients = pull(List.of(output), inputs, List.of(one), createGraph);
            for (int j = 0; j < inputs.size(); j++) {
                rows.get(j).add(gradients.get(j));
            }
        }
        List<Tensor> result = new ArrayList<>();
        for (int j = 0; j < inputs.size(); j++) {
            Tensor input = inputs.get(j);
            Shape shape = joined(output.shape(), input.shape());
            result.add(
                    count == 0
                            ? Tensor.zeros(shape, input.dtype(), input.device())
                            : Tensor.stack(rows.get(j), 0).reshape(shape));
        }
        return List.copyOf(result);
    }

    private static Tensor zeros(Tensor like) {
        return Tensor.zeros(like.shape(), like.dtype(), like.device());
    }

    private static Shape joined(Shape first, Shape second) {
        long[] sizes = Arrays.copyOf(first.toArray(), first.rank() + second.rank());
        System.arraycopy(second.toArray(), 0, sizes, first.rank(), second.rank());
        return Shape.of(sizes);
    }
}
