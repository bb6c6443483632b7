package io.gatun.autograd;

import io.gatun.tensor.Backward;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.RemovableHandle;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.GradHook;
import io.gatun.tensor.spi.GradRecorder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the graph as operators run: the service through which tensors reach this module.
 *
 * <p>Users have no business here; they call methods of {@link Tensor} and {@link Autograd}.
 */
public final class Recorder implements GradRecorder {
    /** For the service loader. */
    public Recorder() {}

    @Override
    public boolean isRecording() {
        return GradMode.isEnabled();
    }

    @Override
    public boolean isInference() {
        return ThreadState.current().inference;
    }

    @Override
    public void record(Op op, Tensor[] inputs, Tensor[] outputs, boolean inPlace) {
        Rule rule = Rules.of(op);
        @Nullable Variable[] edges = new Variable[inputs.length];
        boolean any = false;
        if (outputs[0].dtype().isInexact()) {
            for (int i = 0; i < inputs.length; i++) {
                Variable variable = history(inputs[i]);
                if (variable != null && variable.requiresGrad() && rule.gradient(i) != null) {
                    edges[i] = variable;
                    any = true;
                }
            }
        }
        Tensor target = outputs[0];
        if (inPlace) {
            Variable before = Variable.of(target);
            if (ForwardMode.isOn()) {
                Node node = any ? OperatorNode.record(op, rule, edges, inputs, outputs) : null;
                ForwardMode.written(node, target, before);
                return;
            }
            if (any) {
                OperatorNode.record(op, rule, edges, inputs, outputs);
            } else {
                target.gradSlot(null); // what was written has no history, and what was there is gone
            }
            written(target, before);
        } else if (any) {
            OperatorNode node = OperatorNode.record(op, rule, edges, inputs, outputs);
            if (ForwardMode.isOn()) {
                ForwardMode.push(node, outputs);
            }
        }
    }

    @Override
    public void recordTransfer(Tensor source, Tensor copy) {
        Variable variable = history(source);
        if (variable == null || !variable.requiresGrad() || !source.dtype().isInexact()) {
            return;
        }
        Device device = source.device();
        Node node =
                new LinearNode("ToBackward", new Variable[] {variable}, gradient -> new Tensor[] {gradient.to(device)});
        copy.gradSlot(new Variable(node, 0, copy));
        if (ForwardMode.isOn()) {
            ForwardMode.push(node, copy);
        }
    }

    /** What follows when {@code target}, whose variable was {@code before}, was changed in place and has a new one. */
    static void written(Tensor target, @Nullable Variable before) {
        if (target.isView()) {
            ViewHistory.written(target);
        }
        Variable after = Variable.of(target);
        if (before != null && before.retainsGrad() && after != null) {
            before.retainsGrad(false);
            after.retainsGrad(true);
        }
    }

    @Override
    public int beforeInPlace(String operator, Tensor target, @Nullable Op op, Tensor... inputs) {
        if (!GradMode.isEnabled()) {
            ForwardMode.refuseUnrecorded(operator, target);
            return 0;
        }
        checkWritable(operator, target);
        Rule rule = op == null ? Rule.NONE : Rules.of(op);
        int saves = 0;
        for (int i = 0; i < inputs.length; i++) {
            Variable variable = history(inputs[i]);
            Gradient gradient = variable != null && variable.requiresGrad() ? rule.gradient(i) : null;
            saves |= gradient == null ? 0 : gradient.saves();
        }
        for (int i = 0; i < Math.min(inputs.length, Gradient.FIRST_OUTPUT); i++) {
            if ((saves & 1 << i) != 0) {
                Saved.refuseInference(operator, inputs[i]);
            }
        }
        return saves & (1 << Gradient.FIRST_OUTPUT) - 1;
    }

    /** Refuses an in-place change that the history of {@code target} does not allow. */
    static void checkWritable(String operator, Tensor target) {
        Tensor root = target.viewRoot();
        Variable variable = Variable.of(root);
        if (variable != null && variable.requiresGrad() && variable.isLeaf() && variable.tangent == null) {
            throw new TensorStateException(operator + ": the tensor of shape " + root.shape()
                    + (target.isView() ? ", of which the target is a view," : "")
                    + " is a leaf that requires a gradient, and changing it in place would cut off its past: change it"
                    + " inside try (var off = Autograd.noGrad()), or change detach() of it");
        }
        if (target.isView() && root.layout().mayOverlapItself()) {
            throw new TensorStateException(operator + ": the target is a view of a tensor of shape " + root.shape()
                    + " with several indices at one element, through which no gradient can be told apart: use clone()"
                    + " first");
        }
    }

    @Override
    public void refresh(Tensor tensor) {
        history(tensor);
    }

    @Override
    public void requiresGrad(Tensor leaf, boolean required) {
        Variable variable = Variable.of(leaf);
        if (!required) {
            if (variable != null && !variable.isLeaf()) {
                throw new TensorStateException("requiresGrad_: the tensor of shape " + leaf.shape()
                        + " is the result of " + variable.gradFn() + ", not a leaf: use detach() to cut it off");
            }
            if (variable != null) {
                variable.requiresGrad(false);
            }
            return;
        }
        if (!leaf.dtype().isInexact()) {
            throw new DTypeException("requiresGrad_: only floating-point and complex tensors have gradients, not "
                    + leaf.dtype() + ": cast with toFloat() first");
        }
        if (leaf.isInference() && !isInference()) {
            throw new TensorStateException("requiresGrad_: the tensor of shape " + leaf.shape()
                    + " was made in inference mode: use clone() first");
        }
        if (variable == null) {
            leaf.gradSlot(new Variable(new LeafNode(), 0, leaf));
        } else {
            variable.requiresGrad(true);
        }
    }

    @Override
    public void backward(Tensor root, @Nullable Tensor gradient, Backward options) {
        BackwardPass.accumulate(List.of(root), java.util.Collections.singletonList(gradient), options);
    }

    @Override
    public void retainGrad(Tensor tensor) {
        Variable variable = tracked("retainGrad", tensor);
        if (!variable.isLeaf()) {
            variable.retainsGrad(true);
        }
    }

    @Override
    public RemovableHandle registerHook(Tensor tensor, GradHook hook) {
        return tracked("registerHook", tensor).addHook(hook);
    }

    /** The up-to-date variable of a tensor, or null. */
    static @Nullable Variable history(Tensor tensor) {
        return tensor.isView() ? ViewHistory.of(tensor) : Variable.of(tensor);
    }

    private static Variable tracked(String operator, Tensor tensor) {
        Variable variable = history(tensor);
        if (variable == null || !variable.requiresGrad()) {
            throw new TensorStateException(operator + ": the tensor of shape " + tensor.shape()
                    + " does not require a gradient: call requiresGrad_(true) on what it is computed from first");
        }
        return variable;
    }
}
