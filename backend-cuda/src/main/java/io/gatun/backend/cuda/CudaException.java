package io.gatun.backend.cuda;

/** What the driver, or a library beside it, answered with an error. */
public final class CudaException extends IllegalStateException {
    /** With a message that names the call and what it answered. */
    public CudaException(String message) {
        super(message);
    }
}
