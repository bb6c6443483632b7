package io.gatun.autograd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value that a gradient needs, as it was when it was saved: the memory is shared with the user's tensor, so an in-place
 * change would silently falsify the gradient. Storages count their changes, and {@link #check} compares.
 *
 * <p>The history is saved beside the value, because an in-place operator gives the tensor another one later.
 *
 * <p>A {@link Checkpoint} may {@linkplain #drop take the value away}; it is computed again when it is asked for.
 */
final class Saved {
    private final DType dtype;
    private final Shape shape;
    private final @Nullable Variable variable;
    private @Nullable Tensor value;
    private int version;
    private @Nullable Checkpoint source; // who computes a value that is not here

    private Saved(Tensor value, @Nullable Variable variable, int version) {
        this.dtype = value.dtype();
        this.shape = value.shape();
        this.value = value;
        this.variable = variable;
        this.version = version;
    }

    /** The value of {@code tensor} as it is now. */
    static Saved of(String operator, Tensor tensor) {
        return of(operator, tensor, Variable.of(tensor));
    }

    /** The value of {@code tensor} as it is now, with a history that the tensor itself may have lost meanwhile. */
    static Saved of(String operator, Tensor tensor, @Nullable Variable variable) {
        refuseInference(operator, tensor);
        Saved saved = new Saved(tensor.detach(), variable, tensor.storage().version());
        Checkpoint.Run run = ThreadState.current().checkpoint;
        if (run != null) {
            run.saved(saved);
        }
        return saved;
    }

    /** Refuses a tensor whose changes are not to be relied upon. */
    static void refuseInference(String operator, Tensor tensor) {
        if (tensor.isInference()) {
            throw new TensorStateException(operator + ": the " + tensor.dtype() + " tensor of shape " + tensor.shape()
                    + " was made in inference mode and cannot be saved for a gradient: use clone() first, or make it"
                    + " inside noGrad instead");
        }
    }

    /** Refuses a value that is not what it was. */
    void check(String operator) {
        Tensor value = this.value;
        if (value == null) {
            Objects.requireNonNull(source).check();
            return;
        }
        int now = value.storage().version();
        if (now != version) {
            throw new TensorStateException(operator + ": the " + dtype + " tensor of shape " + shape
                    + " that its gradient needs was changed in place: it is at version " + now + ", expected " + version
                    + ": use the operator without the underscore there, or clone() the tensor before changing it");
        }
    }

    /** The value, with its history where gradients are themselves recorded. */
    Tensor get(String operator) {
        Checkpoint source = this.source;
        if (source != null) {
            source.computeAgain();
        }
        check(operator);
        Tensor value = Objects.requireNonNull(this.value);
        if (variable == null || !GradMode.isEnabled()) {
            return value;
        }
        Tensor tracked = value.detach();
        tracked.gradSlot(variable);
        return tracked;
    }

    // ---- for checkpoints

    /** The value, or null if it was taken away. */
    @Nullable Tensor value() {
        return value;
    }

    /** Takes the value away, until {@code source} has computed it again. */
    void drop(Checkpoint source) {
        this.source = source;
        this.value = null;
    }

    /** Gives the value back, as {@code again} has it. */
    void restore(Saved again) {
        Tensor computed = Objects.requireNonNull(again.value);
        if (again.dtype != dtype || !again.shape.equals(shape)) {
            throw new TensorStateException("checkpoint: where the function saved a tensor of " + dtype + " and shape "
                    + shape + " for its gradient, it has one of " + again.dtype + " and shape " + again.shape
                    + " when computed again: it must do the same both times");
        }
        value = computed;
        version = again.version;
        source = null;
    }
}
