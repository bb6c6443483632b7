package io.gatun.tensor.spi;

import io.gatun.tensor.Backward;
import io.gatun.tensor.RemovableHandle;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import org.jspecify.annotations.Nullable;

/**
 * The seam to automatic differentiation: a service that gatun-autograd provides. Without one, tensors compute and refuse
 * {@code requiresGrad_}.
 */
public interface GradRecorder {
    /** Whether this thread records at the moment ({@code noGrad} switches it off). */
    boolean isRecording();

    /** Whether what this thread makes at the moment is never to take part in a graph. */
    boolean isInference();

    /**
     * Called after {@code op} ran, if recording and at least one input or an in-place target has a slot, or what that is a
     * view of has. Views are recorded too.
     *
     * @param inputs the operands; of an in-place call the target is among them only if the operator reads it, as a copy of
     *     what it was, with the slot it had, if {@link #beforeInPlace} asked for its values
     * @param outputs the results, whose slots it sets
     * @param inPlace whether {@code outputs[0]} was overwritten (its storage's version has been raised already)
     */
    void record(Op op, Tensor[] inputs, Tensor[] outputs, boolean inPlace);

    /** Called after {@code source}, which has a slot or is a view of what has, was copied to another device, if recording. */
    void recordTransfer(Tensor source, Tensor copy);

    /**
     * Called before an in-place operator writes to {@code target}, if the target or any operand has a slot, or what that is
     * a view of has.
     *
     * @param op the operator, or null where only its name is known, which then has no gradient
     * @param inputs the operands
     * @return which operands' values gradients will need: bit i for {@code inputs[i]}. Of those that the call overwrites,
     *     {@link #record} is given copies
     * @throws io.gatun.tensor.TensorStateException if the gradient history does not allow it: a leaf that requires a
     *     gradient, or an operand that cannot be saved, while recording
     */
    int beforeInPlace(String operator, Tensor target, @Nullable Op op, Tensor... inputs);

    /**
     * Brings the slot of {@code tensor}, if that is a view, up to date with what was changed in place since it got it: called
     * before somebody asks about its history.
     */
    void refresh(Tensor tensor);

    /** Makes {@code leaf} require a gradient or not. */
    void requiresGrad(Tensor leaf, boolean required);

    /** Runs the backward pass from {@code root}. */
    void backward(Tensor root, @Nullable Tensor gradient, Backward options);

    /** Keeps the gradient of a tensor that is not a leaf. */
    void retainGrad(Tensor tensor);

    /** Calls {@code hook} with the gradient of {@code tensor} whenever it is computed; closing the result removes it. */
    RemovableHandle registerHook(Tensor tensor, GradHook hook);
}
