package io.gatun.backend.cuda;

import io.gatun.tensor.BackendException;

/** What the driver, or a library beside it, answered with an error. Programs see a {@link BackendException}. */
public final class CudaException extends BackendException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the call and what it answered. */
    public CudaException(String message) {
        super(message);
    }
}
