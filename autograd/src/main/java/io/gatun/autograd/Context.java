package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one application of a {@link Function} keeps from its forward to its backward side. */
public final class Context {
    private final String function;
    private final boolean[] needed;
    private final List<Tensor> toSave = new ArrayList<>();
    private final List<Tensor> constants = new ArrayList<>();
    private boolean materializes = true;
    private Saved @Nullable [] saved;
    private boolean freed;

    Context(String function, @Nullable Variable[] inputs) {
        this.function = function;
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

    boolean materializesGrads() {
        return materializes;
    }

    boolean isConstant(Tensor result) {
        for (Tensor constant : constants) {
            if (constant.equals(result)) {
                return true;
            }
        }
        return false;
    }

    /** Forward is over, and the results have their histories. */
    void seal(Tensor[] inputs, @Nullable Variable[] edges) {
        Saved[] values = new Saved[toSave.size()];
        for (int i = 0; i < values.length; i++) {
            Tensor tensor = toSave.get(i);
            Variable variable = Variable.of(tensor);
            for (int j = 0; j < inputs.length; j++) {
                if (inputs[j].equals(tensor)) {
                    variable = edges[j];
                }
            }
            values[i] = Saved.of(tensor, variable);
        }
        saved = values;
        toSave.clear();
        constants.clear();
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
