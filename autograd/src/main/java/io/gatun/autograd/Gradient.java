package io.gatun.autograd;

import io.gatun.tensor.Tensor;

/**
 * How the gradient of an operator's result becomes that of one of its operands, and which values it needs for that.
 *
 * @param saves the values, as a sum of {@link #A}, {@link #B}, {@link #C}, {@link #OUT}, {@link #INDICES}; shapes and
 *     layouts of operands are there without being asked for
 * @param formula the vector-Jacobian product, in tensor operations, so that it can be differentiated itself
 */
record Gradient(int saves, Formula formula) {
    /** The first operand. */
    static final int A = 1;
    /** The second operand. */
    static final int B = 1 << 1;
    /** The third operand. */
    static final int C = 1 << 2;
    /** The result. */
    static final int OUT = 1 << 3;
    /** The second result. */
    static final int INDICES = 1 << 4;

    /** The number of {@link #OUT}'s bit. */
    static final int FIRST_OUTPUT = 3;

    /** A vector-Jacobian product. */
    @FunctionalInterface
    interface Formula {
        /** The operand's gradient, from the operator {@code n} with what was saved, and its result's gradient {@code g}. */
        Tensor apply(OperatorNode n, Tensor g);
    }

    Tensor apply(OperatorNode node, Tensor gradient) {
        return formula.apply(node, gradient);
    }
}
