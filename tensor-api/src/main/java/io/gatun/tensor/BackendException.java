package io.gatun.tensor;

/** No usable backend, or one that failed; the message lists what was found and what to do. */
public final class BackendException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the operator first. */
    public BackendException(String message) {
        super(message);
    }

    /** With a message and the exception behind it. */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
