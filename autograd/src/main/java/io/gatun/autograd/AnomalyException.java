package io.gatun.autograd;

import org.jspecify.annotations.Nullable;

/**
 * A gradient with a NaN, found inside {@link Autograd#detectAnomaly}. Its cause has the stack trace of the call whose
 * gradient it is.
 */
public final class AnomalyException extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    AnomalyException(String message, @Nullable Throwable cause) {
        super(message);
        initCause(cause);
    }
}
