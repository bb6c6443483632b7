package io.gatun.autograd;

import io.gatun.tensor.Backward;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares gradients with central differences: every element of the result by every element of every input that requires
 * a gradient, in {@code F64}. Complex inputs, {@code C128}, and results are compared by their real and imaginary parts.
 *
 * <pre>{@code
 * Tensor x = Tensor.of(new double[] {0.5, -1.2}).requiresGrad_(true);
 * GradCheck.check(in -> new LegendreP3().apply(in[0]), x);
 * }</pre>
 *
 * <p>With steps of 1e-6 and numbers near 1, differences are good to about 1e-9, so the tolerances (1e-5 absolute, 1e-4
 * relative) forgive curvature but no wrong factor. Keep inputs away from kinks. The function must give the same result
 * for the same inputs: no dropout.
 */
public final class GradCheck {
    private static final double STEP = 1e-6;
    private static final double ABSOLUTE = 1e-5;
    private static final double RELATIVE = 1e-4;

    /** Where a derivative is most wrong. */
    private record Worst(int input, long inputElement, long resultElement, double analytic, double numeric) {
        double error() {
            return Math.abs(analytic - numeric) - RELATIVE * Math.abs(numeric);
        }
    }

    private GradCheck() {}

    /**
     * Checks the gradients of {@code function} at {@code inputs}; those that do not require a gradient are constants.
     *
     * @throws AssertionError naming the worst element if a gradient is wrong
     * @throws DTypeException if an input that requires a gradient is neither {@code F64} nor {@code C128}
     * @throws TensorStateException if none requires a gradient, or the result does not
     */
    public static void check(TensorFunction function, Tensor... inputs) {
        checkInputs(inputs);
        compare(ofParts(function, inputs), false, parts(inputs));
    }

    /** {@code function} of the parts of complex inputs, with the parts of a complex result. */
    private static TensorFunction ofParts(TensorFunction function, Tensor... inputs) {
        boolean[] complex = new boolean[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            complex[i] = inputs[i].isComplex();
        }
        return in -> {
            Tensor[] whole = in.clone();
            for (int i = 0; i < whole.length; i++) {
                whole[i] = complex[i] ? in[i].viewAsComplex() : in[i];
            }
            Tensor result = function.apply(whole);
            return result.isComplex() ? result.viewAsReal() : result;
        };
    }

    private static Tensor[] parts(Tensor... inputs) {
        Tensor[] parts = inputs.clone();
        for (int i = 0; i < parts.length; i++) {
            if (inputs[i].isComplex()) {
                parts[i] = inputs[i].detach().clone().viewAsReal().detach().requiresGrad_(inputs[i].requiresGrad());
            }
        }
        return parts;
    }

    /** {@code constant}: whether the result may turn out not to depend on the inputs, and has gradients of zero then. */
    private static void compare(TensorFunction function, boolean constant, Tensor... inputs) {
        Tensor result;
        try (GradMode _ = Autograd.enableGrad()) {
            result = function.apply(inputs);
        }
        if (!result.requiresGrad() && !constant) {
            throw new TensorStateException("gradcheck: the result of shape " + result.shape()
                    + " does not require a gradient although an input does: the function cuts the graph off");
        }
        double[][][] analytic = analytic(result, inputs);
        Worst worst = null;
        for (int i = 0; i < inputs.length; i++) {
            double[][] slopes = analytic[i];
            for (int j = 0; j < slopes.length; j++) {
                double[] differences = differences(function, inputs, i, j);
                for (int k = 0; k < differences.length; k++) {
                    Worst here = new Worst(i, j, k, slopes[j][k], differences[k]);
                    boolean right = here.error() <= ABSOLUTE; // false for NaN, too
                    if (!right && (worst == null || !(here.error() <= worst.error()))) {
                        worst = here;
                    }
                }
            }
        }
        if (worst != null) {
            throw new AssertionError(message(worst, result.shape(), result.gradFn(), inputs));
        }
    }

    /**
     * {@link #check} of the gradients, as functions of the inputs and of what flows into the result: of the second
     * derivatives.
     */
    public static void checkSecondOrder(TensorFunction function, Tensor... inputs) {
        checkInputs(inputs);
        checkSecondOrderOfParts(ofParts(function, inputs), parts(inputs));
    }

    private static void checkSecondOrderOfParts(TensorFunction function, Tensor... inputs) {
        Shape shape = function.apply(inputs).shape();
        double[] flow = new double[Math.toIntExact(shape.numel())];
        for (int i = 0; i < flow.length; i++) {
            flow[i] = 0.7 + 0.6 * Math.sin(1.7 * i + 0.3); // no two alike, none near zero
        }
        Tensor gradient = Tensor.of(flow, DType.F64, inputs[0].device())
                .reshape(shape)
                .detach()
                .requiresGrad_(true);
        Tensor[] all = Arrays.copyOf(inputs, inputs.length + 1);
        all[inputs.length] = gradient;
        compare(GradCheck.firstOrder(function, inputs.length), true, all);
    }

    /** All gradients in one row. What does not depend on an input contributes zeros. */
    private static TensorFunction firstOrder(TensorFunction function, int count) {
        return in -> {
            Tensor[] inputs = Arrays.copyOf(in, count);
            Tensor result = function.apply(inputs);
            List<Tensor> targets = tracked(inputs);
            List<@Nullable Tensor> gradients =
                    Autograd.grad(List.of(result), targets, List.of(in[count]), Backward.createGraph(), true);
            List<Tensor> rows = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                Tensor row = gradients.get(i);
                rows.add((row == null ? Tensor.zerosLike(targets.get(i)) : row).reshape(-1));
            }
            return Tensor.cat(rows, 0);
        };
    }

    private static List<Tensor> tracked(Tensor... inputs) {
        List<Tensor> result = new ArrayList<>();
        for (Tensor input : inputs) {
            if (input.requiresGrad()) {
                result.add(input);
            }
        }
        return result;
    }

    private static void checkInputs(Tensor... inputs) {
        if (tracked(inputs).isEmpty()) {
            throw new TensorStateException("gradcheck: no input requires a gradient: call requiresGrad_(true) on one");
        }
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i].requiresGrad() && inputs[i].dtype().toReal() != DType.F64) {
                throw new DTypeException("gradcheck: input " + i + " of shape " + inputs[i].shape() + " is "
                        + inputs[i].dtype() + ": differences need F64 or C128");
            }
            if (inputs[i].requiresGrad() && inputs[i].layout().mayOverlapItself()) {
                throw new ShapeException("gradcheck: input " + i + " of shape " + inputs[i].shape()
                        + " has several indices at one element: clone() it, and expand it inside the function");
            }
        }
    }

    /** By input, by its element, by the result's element; no elements for inputs without a gradient. */
    private static double[][][] analytic(Tensor result, Tensor... inputs) {
        int results = Math.toIntExact(result.numel());
        List<Tensor> targets = tracked(inputs);
        double[][][] slopes = new double[inputs.length][][];
        for (int i = 0; i < inputs.length; i++) {
            int elements = inputs[i].requiresGrad() ? Math.toIntExact(inputs[i].numel()) : 0;
            slopes[i] = new double[elements][results];
        }
        for (int k = 0; k < results && result.requiresGrad(); k++) {
            double[] one = new double[results];
            one[k] = 1;
            Tensor flow = Tensor.of(one, DType.F64, result.device()).reshape(result.shape());
            List<@Nullable Tensor> gradients =
                    Autograd.grad(List.of(result), targets, List.of(flow), Backward.retainGraph(), true);
            int target = 0;
            for (int i = 0; i < inputs.length; i++) {
                if (inputs[i].requiresGrad()) {
                    Tensor gradient = gradients.get(target++);
                    double[] values = gradient == null ? new double[slopes[i].length] : gradient.toDoubleArray();
                    for (int j = 0; j < values.length; j++) {
                        slopes[i][j][k] = values[j];
                    }
                }
            }
        }
        return slopes;
    }

    private static double[] differences(TensorFunction function, Tensor[] inputs, int input, long element) {
        Tensor place = inputs[input].detach();
        long[] at = position(place.shape(), element);
        for (long index : at) {
            place = place.select(0, index);
        }
        double value = place.item();
        double[] above = valueAt(function, inputs, place, value + STEP);
        double[] below = valueAt(function, inputs, place, value - STEP);
        place.fill_(value);
        double[] result = new double[above.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (above[i] - below[i]) / (2 * STEP);
        }
        return result;
    }

    private static double[] valueAt(TensorFunction function, Tensor[] inputs, Tensor place, double value) {
        place.fill_(value);
        try (GradMode _ = Autograd.enableGrad()) { // the function may itself compute gradients
            return function.apply(inputs).toDoubleArray();
        }
    }

    private static long[] position(Shape shape, long element) {
        long[] at = new long[shape.rank()];
        long rest = element;
        for (int i = at.length - 1; i >= 0; i--) {
            at[i] = rest % shape.size(i);
            rest /= shape.size(i);
        }
        return at;
    }

    private static String message(Worst worst, Shape result, @Nullable String gradFn, Tensor... inputs) {
        Shape input = inputs[worst.input()].shape();
        return "gradcheck: the result of shape " + result + " from " + gradFn + " has a wrong derivative by input "
                + worst.input() + " of shape " + input + ": at "
                + Arrays.toString(position(result, worst.resultElement()))
                + " by " + Arrays.toString(position(input, worst.inputElement())) + " the gradient gives "
                + worst.analytic() + ", differences give " + worst.numeric() + "; it is the worst of all";
    }
}
