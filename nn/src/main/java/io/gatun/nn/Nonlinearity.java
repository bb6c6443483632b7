package io.gatun.nn;

/** What {@link RNN} and {@link RNNCell} compute of the sum of input and state. */
public enum Nonlinearity {
    /** The hyperbolic tangent, the default. */
    TANH,
    /** max(x, 0). */
    RELU
}
