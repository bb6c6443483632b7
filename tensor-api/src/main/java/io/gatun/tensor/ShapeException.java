package io.gatun.tensor;

/** Shapes that an operator cannot take; the message names operator, shapes and what would fix it. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the operator first. */
    public ShapeException(String message) {
        super(message);
    }

    /** With a message and the exception behind it. */
    public ShapeException(String message, Throwable cause) {
        super(message, cause);
    }
}
