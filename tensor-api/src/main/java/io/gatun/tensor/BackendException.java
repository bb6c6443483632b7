package io.gatun.tensor;

/**
 * No usable backend, or one that failed: its memory ran out, or the driver of its device answered with an error. The message says what
 * was found, or which call failed, and what to do. Backends may have errors of their own that extend this one.
 *
 * <p>Where memory ran out the program may go on, with less. A device works while the host goes on, so an error of its own is thrown by
 * whatever waits next, and most leave a device that answers nothing else.
 */
public class BackendException extends IllegalStateException {
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
