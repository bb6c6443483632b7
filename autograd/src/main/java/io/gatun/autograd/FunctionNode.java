package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
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
                Variable variable = new Variable(node, i, results[i]);
                results[i].gradSlot(variable);
                node.results[i] = variable;
            }
        }
        context.seal(inputs, edges);
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
        @Nullable Tensor[] result = call(given);
        if (result.length != inputs.length) {
            throw new TensorStateException(name() + ": backward gave " + result.length + " gradients for "
                    + inputs.length + " inputs: give one each, null where there is none");
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
