package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one application of a {@link Function} keeps from its forward to its backward side. */
public final class Context {
    private final String function;
    private final boolean[] needed;
    private final List<Tensor> toSave = new ArrayList<>();
    private final List<Tensor> constants = new ArrayList<>();
    private final List<Tensor> dirty = new ArrayList<>();
    private final boolean recorded;
    private boolean once;
    private boolean materializes = true;
    private Saved @Nullable [] saved;
    private boolean freed;

    Context(String function, boolean recorded, @Nullable Variable[] inputs) {
        this.function = function;
        this.recorded = recorded;
        this.needed = new boolean[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            needed[i] = inputs[i] != null;
        }
    }

    /**
     * In forward: keeps tensors for backward. Inputs and results keep their history there, so that backward can itself
     * be differentiated; a change in place is noticed. A second call replaces what the first has kept.
     */
    public void saveForBackward(Tensor... tensors) {
        toSave.clear();
        toSave.addAll(List.of(tensors));
    }

    /** In backward: what {@link #saveForBackward} kept, in that order. */
    public Tensor[] savedTensors() {
        Saved[] values = saved;
        if (freed) {
            throw OperatorNode.freed(function);
        }
        if (values == null) {
            return toSave.toArray(new Tensor[0]);
        }
        Tensor[] result = new Tensor[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i].get(function);
        }
        return result;
    }

    /** Whether the gradient of input {@code i} is needed at all. */
    public boolean needsInputGrad(int i) {
        return needed[i];
    }

    /** In forward: says that these results, such as positions, have no gradient. */
    public void markNonDifferentiable(Tensor... results) {
        constants.addAll(List.of(results));
    }

    /**
     * In forward: whether backward is handed zeros for a result that no gradient arrived for (the default), or null.
     */
    public void setMaterializeGrads(boolean materializes) {
        this.materializes = materializes;
    }

    /**
     * In forward, before it does so: says that it changes these inputs in place. Each must be among the results, as it
     * is; from then on its history goes through this function.
     *
     * @throws TensorStateException if one is a leaf that requires a gradient, or a view of one
     */
    public void markDirty(Tensor... inputs) {
        for (Tensor input : inputs) {
            if (recorded) {
                Recorder.checkWritable(function, input);
            }
            dirty.add(input);
        }
    }

    /**
     * In forward: says that backward is not written for gradients of its gradients. In a recorded pass it then runs
     * unrecorded, and a pass through its results is refused.
     */
    public void markOnceDifferentiable() {
        once = true;
    }

    boolean isOnce() {
        return once;
    }

    /** Whether forward has said that it changes {@code tensor}. */
    boolean isDirty(Tensor tensor) {
        return contains(dirty, tensor);
    }

    /** Refuses a changed tensor that was not given, or is not given back. */
    void checkDirty(Tensor[] inputs, Tensor[] results) {
        for (Tensor tensor : dirty) {
            if (!contains(List.of(inputs), tensor) || !contains(List.of(results), tensor)) {
                throw new TensorStateException(function + ": the tensor of shape " + tensor.shape()
                        + " that is marked as changed in place must be an input and a result: return it itself");
            }
        }
    }

    private static boolean contains(List<Tensor> tensors, Tensor tensor) {
        for (Tensor each : tensors) {
            if (each == tensor) {
                return true;
            }
        }
        return false;
    }

    boolean materializesGrads() {
        return materializes;
    }

    boolean isConstant(Tensor result) {
        return contains(constants, result);
    }

    /** Forward is over, and the results have their histories. */
    void seal(Tensor[] inputs, @Nullable Variable[] edges) {
        Saved[] values = new Saved[toSave.size()];
        for (int i = 0; i < values.length; i++) {
            Tensor tensor = toSave.get(i);
            Variable variable = Variable.of(tensor);
            for (int j = 0; j < inputs.length; j++) {
                if (inputs[j].equals(tensor) && !isDirty(tensor)) { // else it was saved as a result
                    variable = edges[j];
                }
            }
            values[i] = Saved.of(function, tensor, variable);
        }
        saved = values;
        toSave.clear();
        constants.clear();
        dirty.clear();
    }

    void check() {
        if (freed) {
            throw OperatorNode.freed(function);
        }
        Saved[] values = saved;
        if (values != null) {
            for (Saved value : values) {
                value.check(function);
            }
        }
    }

    void release() {
        Saved[] values = saved;
        if (values != null && values.length > 0) {
            saved = null;
            freed = true;
        }
    }
}
