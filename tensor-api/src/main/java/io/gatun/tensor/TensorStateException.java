package io.gatun.tensor;

/** A tensor used after its scope closed, or a step that its gradient history does not allow. */
public final class TensorStateException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the operator first. */
    public TensorStateException(String message) {
        super(message);
    }

    /** With a message and the exception behind it. */
    public TensorStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
