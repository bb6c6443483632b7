package io.gatun.backend.simd;

/** What a step of a recurrent layer does to the elements of its state. Stamped from {@link CellTemplate}. */
interface CellKernel {
    /** What there is, by operands a, b, ... and the results that follow them; gates lie side by side in a row. */
    enum Kind {
        /** The sigmoid of a + b + c. */
        SIGMOID,
        /** The hyperbolic tangent of a + b + c. */
        TANH,
        /** Of gates a and the state before, b: that after, in the first result, and h, in the second. */
        LSTM,
        /**
         * Of gates a, the tangent of the state after them, b, the state before, c, the gradient of h, d + e, and of the state, f:
         * the gradients of what the gates are functions of, and of the state before.
         */
        LSTM_GRADIENT
    }

    /**
     * Computes rows of {@code width} elements of each operand and gate, a vector at least, whose columns are next to each other.
     * Results overlap no operand: where a row is no whole number of vectors, the last one computes elements again.
     *
     * @param matrices the kind's operands, then its results
     */
    void run(int rows, long width, Matrix... matrices);
}
