package io.gatun.tensor;

/**
 * Elements or numbers that an operator is not defined for: a divisor of 0 among integers, a matrix without an inverse, a
 * negative weight, an empty interval. Shapes and dtypes were right; it is the values that are not.
 */
public final class ValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the operator first. */
    public ValueException(String message) {
        super(message);
    }
}
