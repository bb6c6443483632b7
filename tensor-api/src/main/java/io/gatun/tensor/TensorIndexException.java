package io.gatun.tensor;

/** A dimension or an index outside its range; the message names position and bound. */
public final class TensorIndexException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the operator first. */
    public TensorIndexException(String message) {
        super(message);
    }

    /** With a message and the exception behind it. */
    public TensorIndexException(String message, Throwable cause) {
        super(message, cause);
    }
}
