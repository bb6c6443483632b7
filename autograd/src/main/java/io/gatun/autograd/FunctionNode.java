package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One application of a user's {@link Function}. */
final class FunctionNode extends Node {
    private final Function function;
    private final Context context;
    private final @Nullable Variable[] results;

    private FunctionNode(Function function, Context context, @Nullable Variable[] edges, int results) {
        super(edges);
        this.function = function;
        this.context = context;
        this.results = new Variable[results];
    }

    static void record(
            Function function, Context context, @Nullable Variable[] edges, Tensor[] inputs, Tensor[] results) {
        FunctionNode node = new FunctionNode(function, context, edges, results.length);
        for (int i = 0; i < results.length; i++) {
            if (results[i].dtype().isInexact() && !context.isConstant(results[i])) {
                Variable before = Variable.of(results[i]);
                Variable variable = new Variable(node, i, results[i]);
                results[i].gradSlot(variable);
                node.results[i] = variable;
                if (context.isDirty(results[i])) {
                    Recorder.written(results[i], before);
                }
            }
        }
        context.seal(inputs, edges);
        if (ForwardMode.isOn()) {
            ForwardMode.push(node, results);
        }
    }

    @Override
    String name() {
        return function.name() + "Backward";
    }

    @Override
    int outputs() {
        return results.length;
    }

    @Override
    void check() {
        context.check();
    }

    @Override
    @Nullable Tensor[] backward(@Nullable Tensor[] gradients, boolean[] wanted) {
        @Nullable Tensor[] given = gradients.clone();
        for (int i = 0; i < given.length; i++) {
            Variable result = results[i];
            if (given[i] == null && result != null && context.materializesGrads()) {
                given[i] = result.zeros();
            }
        }
        @Nullable Tensor[] result = context.isOnce() && GradMode.isEnabled() ? once(given) : call(given);
        if (result.length != inputs.length) {
            throw new TensorStateException(name() + ": backward gave " + result.length + " gradients for "
                    + inputs.length + " inputs: give one each, null where there is none");
        }
        return result;
    }

    /** Unrecorded, with results that refuse to be differentiated. */
    private @Nullable Tensor[] once(@Nullable Tensor[] gradients) {
        @Nullable Tensor[] given;
        try (GradMode _ = GradMode.set(false)) {
            given = call(gradients);
        }
        @Nullable Variable[] sources = Arrays.copyOf(inputs, inputs.length + gradients.length);
        for (int i = 0; i < gradients.length; i++) {
            Tensor gradient = gradients[i];
            sources[inputs.length + i] = gradient == null ? null : Recorder.history(gradient);
        }
        OnceNode node = new OnceNode(function.name(), sources, given.length);
        @Nullable Tensor[] result = new Tensor[given.length];
        for (int i = 0; i < given.length; i++) {
            Tensor gradient = given[i];
            if (gradient != null) {
                Tensor cut = gradient.detach();
                cut.gradSlot(new Variable(node, i, cut));
                result[i] = cut;
            }
        }
        return result;
    }

    @SuppressWarnings(
            "NullAway") // null only where the context was told that backward wants it so, or never differentiable
    private @Nullable Tensor[] call(@Nullable Tensor[] gradients) {
        return function.backward(context, gradients);
    }

    @Override
    void release() {
        context.release();
    }

    @Override
    boolean isOwn() {
        return false;
    }
}
