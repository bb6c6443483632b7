package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import org.jspecify.annotations.Nullable;

/**
 * A value that a gradient needs, as it was when it was saved: the memory is shared with the user's tensor, so an in-place
 * change would silently falsify the gradient. Storages count their changes, and {@link #check} compares.
 *
 * <p>The history is saved beside the value, because an in-place operator gives the tensor another one later.
 */
final class Saved {
    private final Tensor value;
    private final @Nullable Variable variable;
    private final int version;

    private Saved(Tensor value, @Nullable Variable variable, int version) {
        this.value = value;
        this.variable = variable;
        this.version = version;
    }

    /** The value of {@code tensor} as it is now. */
    static Saved of(Tensor tensor) {
        return of(tensor, Variable.of(tensor));
    }

    /** The value of {@code tensor} as it is now, with a history that the tensor itself may have lost meanwhile. */
    static Saved of(Tensor tensor, @Nullable Variable variable) {
        return new Saved(tensor.detach(), variable, tensor.storage().version());
    }

    /** The value that {@code tensor} had before the in-place change just made to its storage: it is gone. */
    static Saved overwritten(Tensor tensor, @Nullable Variable variable) {
        return new Saved(tensor.detach(), variable, tensor.storage().version() - 1);
    }

    /** Refuses a value that is not what it was. */
    void check(String operator) {
        int now = value.storage().version();
        if (now != version) {
            throw new TensorStateException(operator + ": the " + value.dtype() + " tensor of shape " + value.shape()
                    + " that its gradient needs was changed in place: it is at version " + now + ", expected " + version
                    + ": use the operator without the underscore there, or clone() the tensor before changing it");
        }
    }

    /** The value, with its history where gradients are themselves recorded. */
    Tensor get(String operator) {
        check(operator);
        if (variable == null || !GradMode.isEnabled()) {
            return value;
        }
        Tensor tracked = value.detach();
        tracked.gradSlot(variable);
        return tracked;
    }
}
