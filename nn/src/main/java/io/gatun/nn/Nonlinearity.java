package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** What {@link RNN} and {@link RNNCell} compute of the sum of input and state. */
public enum Nonlinearity {
    /** The hyperbolic tangent, the default. */
    TANH,
    /** max(x, 0). */
    RELU;

    Tensor apply(Tensor x) {
        return switch (this) {
            case TANH -> x.tanh();
            case RELU -> x.relu();
        };
    }
}
