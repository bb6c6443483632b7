package io.gatun.autograd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.GradHook;
import io.gatun.tensor.spi.GradSlot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value in the graph: what hangs on a tensor, and what an edge of the graph points to. It is one output of one {@link
 * Node}; a leaf is the output of a {@link LeafNode}.
 *
 * <p>It never refers to its tensor. So the graph keeps alive only what rules saved, and a tensor that nobody else holds
 * is collected although its history is still needed. Several tensors may share one variable: a saved value is a second
 * tensor with the first one's history. An in-place operator gives its target a new variable; who used the old value keeps
 * pointing to the old one.
 */
final class Variable implements GradSlot {
    final Node node;
    final int output;
    final Shape shape;
    DType dtype;
    Device device;

    /** Of a view: the variable that its base had when this was made, or null; see {@link ViewHistory}. */
    final @Nullable Variable base;

    /** The version of the memory when this was made. */
    final int version;

    /** In forward mode the derivative of the value, or null; see {@link ForwardMode}. */
    @Nullable Tensor tangent;

    private boolean requiresGrad = true;
    private boolean retainsGrad;
    private volatile @Nullable Tensor grad;
    private volatile List<GradHook> hooks = List.of();

    /** The {@code output}-th result of {@code node}, whose value is that of {@code tensor}. */
    Variable(Node node, int output, Tensor tensor) {
        this.node = node;
        this.output = output;
        this.shape = tensor.shape();
        this.dtype = tensor.dtype();
        this.device = tensor.device();
        this.base = tensor.isView() ? of(tensor.viewRoot()) : null;
        this.version = tensor.storage().version();
    }

    /** The variable of a tensor that takes part, whether or not a gradient is required of it; or null. */
    static @Nullable Variable of(Tensor tensor) {
        return tensor.gradSlot() instanceof Variable variable ? variable : null;
    }

    @Override
    public boolean requiresGrad() {
        return requiresGrad;
    }

    void requiresGrad(boolean required) {
        requiresGrad = required;
    }

    @Override
    public boolean isLeaf() {
        return node instanceof LeafNode;
    }

    @Override
    public @Nullable Tensor grad() {
        return grad;
    }

    /** A gradient outlives the scope that it was made in: the parameter keeps it. */
    @Override
    public void setGrad(@Nullable Tensor grad) {
        if (grad != null) {
            grad.storage().owner(null);
        }
        this.grad = grad;
    }

    @Override
    public void moved(DType dtype, Device device) {
        this.dtype = dtype;
        this.device = device;
    }

    @Override
    public @Nullable String gradFn() {
        return isLeaf() ? null : node.name();
    }

    boolean retainsGrad() {
        return retainsGrad;
    }

    void retainsGrad(boolean retains) {
        retainsGrad = retains;
    }

    List<GradHook> hooks() {
        return hooks;
    }

    synchronized HookHandle addHook(GradHook hook) {
        List<GradHook> more = new ArrayList<>(hooks);
        HookHandle handle = new HookHandle(this, hook);
        more.add(handle);
        hooks = List.copyOf(more);
        return handle;
    }

    synchronized void removeHook(HookHandle hook) {
        List<GradHook> rest = new ArrayList<>(hooks);
        rest.remove(hook);
        hooks = List.copyOf(rest);
    }

    Tensor zeros() {
        return Tensor.zeros(shape, dtype, device);
    }

    @Override
    public String toString() {
        return dtype + " tensor of shape " + shape;
    }
}
