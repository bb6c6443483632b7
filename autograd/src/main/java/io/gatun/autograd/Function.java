package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An operator of a user's own, with a gradient of its own: for what the library does not know, or for a gradient that is
 * better, or cheaper, than that of the operators it is made of.
 *
 * <p>The Legendre polynomial P3(x) = (5x³ - 3x) / 2, whose derivative is 1.5 (5x² - 1):
 *
 * <pre>{@code
 * final class LegendreP3 extends Function {
 *     @Override
 *     protected Tensor[] forward(Context context, Tensor... inputs) {
 *         context.saveForBackward(inputs[0]);
 *         return of(inputs[0].pow(3).mul(5).sub(inputs[0].mul(3)).mul(0.5));
 *     }
 *
 *     @Override
 *     protected Tensor[] backward(Context context, Tensor... gradients) {
 *         Tensor x = context.savedTensors()[0];
 *         return of(gradients[0].mul(x.square().mul(5).sub(1).mul(1.5)));
 *     }
 * }
 *
 * Tensor y = new LegendreP3().apply(x);
 * }</pre>
 *
 * <p>What is not a tensor goes into the constructor: a function is an object, and may be applied many times. What belongs
 * to one application, such as saved tensors, goes into the {@link Context}.
 *
 * <p>{@link #backward} in turn is differentiated if it is written in tensor operations and a graph of the pass is asked
 * for. It must not change its arguments in place.
 */
public abstract class Function {
    /** For subclasses. */
    protected Function() {}

    /**
     * Computes the results. What runs here is not recorded; gradients flow by {@link #backward} alone.
     *
     * @param context keeps what the gradient needs
     * @return one or more tensors
     */
    protected abstract Tensor[] forward(Context context, Tensor... inputs);

    /**
     * The vector-Jacobian product.
     *
     * @param context what {@link #forward} kept
     * @param gradients of each result, of its shape; zeros where none arrived
     * @return the gradient of each input, of its shape; null where it has none, or {@link Context#needsInputGrad} says it
     *     is not needed
     */
    protected abstract @Nullable Tensor[] backward(Context context, Tensor... gradients);

    /** The name in messages and in {@link Tensor#gradFn}: the class's own unless overridden. */
    protected String name() {
        String simple = getClass().getSimpleName();
        return simple.isEmpty() ? "Function" : simple;
    }

    /** The tensors as an array: {@code return of(y);}. */
    protected static Tensor[] of(Tensor... tensors) {
        return tensors;
    }

    /** Applies a function of one result. */
    public final Tensor apply(Tensor... inputs) {
        Tensor[] results = applyAll(inputs);
        if (results.length != 1) {
            throw new IllegalStateException(
                    name() + ": forward gave " + results.length + " results, apply expects one: use applyAll");
        }
        return results[0];
    }

    /** Applies the function, giving all results. */
    public final Tensor[] applyAll(Tensor... inputs) {
        @Nullable Variable[] edges = new Variable[inputs.length];
        boolean any = false;
        for (int i = 0; i < inputs.length; i++) {
            Variable variable = GradMode.isEnabled() ? Recorder.history(inputs[i]) : null;
            if (variable != null && variable.requiresGrad()) {
                edges[i] = variable;
                any = true;
            }
        }
        Context context = new Context(name(), GradMode.isEnabled(), edges);
        Tensor[] results;
        try (GradMode _ = GradMode.set(false)) {
            results = forward(context, inputs.clone()).clone();
        }
        context.checkDirty(inputs, results);
        for (int i = 0; i < results.length; i++) {
            for (Tensor input : inputs) {
                if (results[i].equals(input)
                        && !context.isDirty(input)) { // given back as it came: still a result of its own
                    results[i] = input.detach();
                }
            }
        }
        if (any) {
            FunctionNode.record(this, context, edges, inputs, results);
        }
        return results;
    }
}
