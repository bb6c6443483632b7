package io.gatun.tensor;

/** Tensors of different devices in one operator, or a device that does not exist. */
public final class DeviceException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the operator first. */
    public DeviceException(String message) {
        super(message);
    }

    /** With a message and the exception behind it. */
    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
