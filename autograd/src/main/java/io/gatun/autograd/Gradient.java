package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the gradient of an operator's result becomes that of one of its operands, and which values it needs for that.
 *
 * @param saves the values, as a sum of {@link #A}, {@link #B}, {@link #C}, {@link #D}, {@link #OUT},
 *     {@link #SECOND}, {@link #THIRD}; shapes and layouts of operands are there without being asked for
 * @param formula the vector-Jacobian product, in tensor operations, so that it can be differentiated itself
 */
record Gradient(int saves, JointFormula formula) {
    /** The first operand. */
    static final int A = 1;
    /** The second operand. */
    static final int B = 1 << 1;
    /** The third operand. */
    static final int C = 1 << 2;
    /** The fourth operand, if there is one. */
    static final int D = 1 << 3;
    /** The result. */
    static final int OUT = 1 << 4;
    /** The second result. */
    static final int SECOND = 1 << 5;
    /** The third result. */
    static final int THIRD = 1 << 6;

    /** The number of {@link #OUT}'s bit. */
    static final int FIRST_OUTPUT = 4;

    /** A vector-Jacobian product of an operator of which only the first result has a gradient. */
    @FunctionalInterface
    interface Formula {
        /** The operand's gradient, from the operator {@code n} with what was saved, and its result's gradient {@code g}. */
        Tensor apply(OperatorNode n, Tensor g);
    }

    /** A vector-Jacobian product of an operator with several results that have gradients. */
    @FunctionalInterface
    interface JointFormula {
        /** The operand's gradient, from those of all results: null where nothing flowed into one, but not all are. */
        Tensor apply(OperatorNode n, @Nullable Tensor... g);
    }

    /** Of an operator of which only the first result has a gradient. */
    static Gradient of(int saves, Formula formula) {
        return new Gradient(saves, (n, g) -> formula.apply(n, Objects.requireNonNull(g[0])));
    }

    Tensor apply(OperatorNode node, @Nullable Tensor... gradients) {
        return formula.apply(node, gradients);
    }
}
