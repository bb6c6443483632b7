package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A step of a computation in the graph: which variables it was computed from, and how a gradient of its results becomes
 * gradients of those.
 *
 * <p>Graphs are as deep as computations are long, a million steps and more, so nothing here may recurse along them: no
 * {@code equals}, {@code hashCode} or {@code toString} that follows an edge.
 */
abstract sealed class Node permits LeafNode, OperatorNode, LinearNode, FunctionNode, OnceNode {
    /** What this was computed from; null where no gradient flows. */
    final @Nullable Variable[] inputs;

    /** Where the operator was called, if anomalies were looked for then. */
    final @Nullable ForwardCall call = ForwardCall.here();

    Node(@Nullable Variable[] inputs) {
        this.inputs = inputs;
    }

    /** As users see it: {@code MulBackward}. */
    abstract String name();

    /** How many results the operator had. */
    abstract int outputs();

    /** Refuses, before anything has been done, what {@link #backward} would refuse. */
    abstract void check();

    /**
     * The gradients of the inputs.
     *
     * @param gradients those of the results; null where none arrived, but not all
     * @param wanted which inputs need one; others may be left null
     */
    abstract @Nullable Tensor[] backward(@Nullable Tensor[] gradients, boolean[] wanted);

    /** Lets go of what was saved. */
    abstract void release();

    /** Whether {@link #backward} is the library's own code, whose temporaries no user can hold. */
    boolean isOwn() {
        return true;
    }
}
