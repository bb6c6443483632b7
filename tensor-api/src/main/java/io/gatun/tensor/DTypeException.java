package io.gatun.tensor;

/** Element types that an operator cannot take, or cannot store its result in. */
public final class DTypeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the operator first. */
    public DTypeException(String message) {
        super(message);
    }

    /** With a message and the exception behind it. */
    public DTypeException(String message, Throwable cause) {
        super(message, cause);
    }
}
