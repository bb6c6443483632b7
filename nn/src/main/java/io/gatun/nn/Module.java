package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.RemovableHandle;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a network: parameters, buffers (state that is not learned) and smaller modules under names, and the function
 * they compute.
 *
 * <p>A subclass registers what it is made of where it declares it, and computes in {@link #forward}. It is used by {@link
 * #call}, which is what PyTorch writes {@code model(x)}:
 *
 * <pre>{@code
 * final class Net extends Module {
 *     private final Linear hidden = registerModule("hidden", new Linear(784, 128));
 *     private final Linear out = registerModule("out", new Linear(128, 10));
 *
 *     @Override
 *     public Tensor forward(Tensor x) {
 *         return out.call(hidden.call(x).relu());
 *     }
 * }
 * }</pre>
 *
 * <p>Names join with dots ({@code hidden.weight}), as in PyTorch's {@code state_dict}. Registering is a call and not a
 * search through fields, so that it works on the module path and means what it says.
 *
 * <p>Parameters and buffers belong to no {@link TensorScope}: a training step may be wrapped in one, and a module may
 * even be made in one. Moving a module to another dtype or device keeps its tensors' identity, so an optimiser made
 * before still has them.
 */
@SuppressWarnings("JavaLangClash") // PyTorch's name; java.lang.Module is out of sight in code that trains networks
public abstract class Module implements Stateful {
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final Set<String> unsavedBuffers = new HashSet<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private final Hooks hooks = new Hooks();
    private boolean training = true;

    /** An empty module, in training mode. */
    protected Module() {}

    // ---- what it computes

    /**
     * What this module computes: for a subclass to override. Users go through {@link #call}, as hooks belong to that: this is
     * the computation alone. Modules of several operands have a {@code forward} of their own, and a {@code call} beside it.
     *
     * @throws UnsupportedOperationException if the module computes nothing from a single tensor
     */
    public Tensor forward(Tensor input) {
        throw new UnsupportedOperationException(
                name() + " has no forward(Tensor): override it, or call the forward that takes this module's operands");
    }

    /** {@link #forward}, and the hooks around it: PyTorch's {@code module(input)}. */
    public final Tensor call(Tensor input) {
        return hasHooks()
                ? hooked(List.of(input), x -> List.of(forward(x.get(0)))).get(0)
                : forward(input);
    }

    /** Whether any hook is registered. If not, a {@code call} is its {@code forward} and nothing else. */
    protected final boolean hasHooks() {
        return !hooks.isEmpty();
    }

    /**
     * Runs {@code forward} and the hooks around it: what a {@code call} of several operands or results is made of.
     *
     * <pre>{@code
     * public Tensor call(Tensor left, Tensor right) {
     *     return hasHooks()
     *             ? hooked(List.of(left, right), x -> List.of(forward(x.get(0), x.get(1)))).get(0)
     *             : forward(left, right);
     * }
     * }</pre>
     *
     * @param inputs the tensors that hooks see and may replace; null for one that is not given
     * @param forward gives the results for such tensors
     */
    protected final List<Tensor> hooked(List<Tensor> inputs, UnaryOperator<List<Tensor>> forward) {
        return hooks.run(this, inputs, forward);
    }

    /** Calls {@code hook} before every {@link #call}; tensors that it returns take the inputs' place. */
    public final RemovableHandle registerForwardPreHook(ForwardPreHook hook) {
        return hooks.before.add(hook);
    }

    /**
     * Calls {@code hook} after every {@link #call}; tensors that it returns take the outputs' place.
     *
     * <pre>{@code
     * try (var _ = layer.registerForwardHook((module, inputs, outputs) -> {
     *     System.out.println(module + " gave " + outputs.get(0).shape());
     *     return null;
     * })) {
     *     model.call(x);
     * }
     * }</pre>
     */
    public final RemovableHandle registerForwardHook(ForwardHook hook) {
        return hooks.after.add(hook);
    }

    /**
     * Calls {@code hook} whenever the gradients with respect to the inputs of a {@link #call} have been computed, or those
     * with respect to its outputs where no input requires one; gradients that it returns take the inputs' place. The call's
     * {@code forward} gets other tensors than the caller gave, over the same memory, which it must not change in place; so
     * do callers with its results.
     */
    public final RemovableHandle registerFullBackwardHook(BackwardHook hook) {
        return hooks.backward.add(hook);
    }

    // ---- what it is made of

    /**
     * Adds a parameter: {@code data} as a leaf that requires a gradient and that no scope closes, see {@link Parameter}. A
     * tensor that is a leaf without gradient already ({@code Parameter.of(data, false)}) becomes trainable; freeze it
     * after with {@code requiresGrad_(false)}.
     *
     * @return the parameter
     * @throws IllegalArgumentException if the name is empty, has a dot, or is taken
     */
    protected final Tensor registerParameter(String name, Tensor data) {
        checkName(name);
        Tensor parameter = Parameter.of(data);
        parameters.put(name, parameter);
        return parameter;
    }

    /** Adds a buffer: state that is saved and moved with the module, and not learned. */
    protected final Tensor registerBuffer(String name, Tensor data) {
        return registerBuffer(name, data, true);
    }

    /** Adds a buffer, which {@link #stateDict} has only if it is {@code persistent}. */
    protected final Tensor registerBuffer(String name, Tensor data, boolean persistent) {
        checkName(name);
        data.storage().owner(null);
        buffers.put(name, data);
        if (!persistent) {
            unsavedBuffers.add(name);
        }
        return data;
    }

    /** Adds a smaller module. */
    protected final <M extends Module> M registerModule(String name, M module) {
        checkName(name);
        children.put(name, module);
        return module;
    }

    private void checkName(String name) {
        if (name.isEmpty() || name.indexOf('.') >= 0) {
            throw new IllegalArgumentException(
                    name() + ": the name '" + name + "' must not be empty and must not have a dot, which joins names");
        }
        if (parameters.containsKey(name) || buffers.containsKey(name) || children.containsKey(name)) {
            throw new IllegalArgumentException(name() + ": the name '" + name + "' is taken already");
        }
    }

    /** All parameters, those of smaller modules included; one that is shared is listed once. */
    public final List<Tensor> parameters() {
        return List.copyOf(namedParameters().values());
    }

    /** All parameters by their full names, in the order of registration; one that is shared has its first name. */
    public final Map<String, Tensor> namedParameters() {
        return named(module -> module.parameters);
    }

    /** All buffers. */
    public final List<Tensor> buffers() {
        return List.copyOf(namedBuffers().values());
    }

    /** All buffers by their full names. */
    public final Map<String, Tensor> namedBuffers() {
        return named(module -> module.buffers);
    }

    /** The modules directly inside this one. */
    public final Collection<Module> children() {
        return Collections.unmodifiableCollection(children.values());
    }

    /** The modules directly inside this one, by name. */
    public final Map<String, Module> namedChildren() {
        return Collections.unmodifiableMap(children);
    }

    /** This module and all inside it, by their full names; this one's is empty. */
    public final Map<String, Module> namedModules() {
        Map<String, Module> found = new LinkedHashMap<>();
        visit("", found::put);
        return found;
    }

    /** This module and all inside it. */
    public final List<Module> modules() {
        return List.copyOf(namedModules().values());
    }

    private Map<String, Tensor> named(java.util.function.Function<Module, Map<String, Tensor>> members) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        visit(
                "",
                (prefix, module) -> members.apply(module).forEach((name, tensor) -> {
                    if (seen.add(tensor)) {
                        found.put(join(prefix, name), tensor);
                    }
                }));
        return found;
    }

    private void visit(String prefix, BiConsumer<String, Module> visitor) {
        visitor.accept(prefix, this);
        children.forEach((name, child) -> child.visit(join(prefix, name), visitor));
    }

    private static String join(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + "." + name;
    }

    // ---- modes, gradients, places

    /** Training mode, for this module and all inside it: dropout drops, batch normalisation uses the batch. */
    public final Module train() {
        return train(true);
    }

    /** Training mode or evaluation mode, for this module and all inside it. */
    public final Module train(boolean mode) {
        visit("", (name, module) -> module.training = mode);
        return this;
    }

    /** Evaluation mode: {@code train(false)}. */
    public final Module eval() {
        return train(false);
    }

    /** Whether this module is in training mode, as it is at first. */
    public final boolean isTraining() {
        return training;
    }

    /** Forgets the gradients of all parameters. */
    public final void zeroGrad() {
        parameters().forEach(Tensor::clearGrad);
    }

    /** Makes every parameter require a gradient, or not: {@code requiresGrad_(false)} freezes a module. */
    public final Module requiresGrad_(boolean required) {
        parameters().forEach(parameter -> parameter.requiresGrad_(required));
        return this;
    }

    /** Calls {@code function} with every module inside this one, innermost first, and last with this one. */
    public final Module apply(Consumer<Module> function) {
        children.values().forEach(child -> child.apply(function));
        function.accept(this);
        return this;
    }

    /** Moves parameters, gradients and buffers to {@code device}, in place. */
    public final Module to(Device device) {
        return convert(tensor -> tensor.to(device));
    }

    /**
     * Converts floating-point parameters, gradients and buffers to {@code dtype}, in place; other buffers stay.
     *
     * @throws io.gatun.tensor.DTypeException if {@code dtype} is not floating-point
     */
    public final Module to(DType dtype) {
        if (!dtype.isFloatingPoint()) {
            throw new io.gatun.tensor.DTypeException(
                    "to: a module's parameters are floating-point and cannot become " + dtype);
        }
        return convert(tensor -> tensor.dtype().isFloatingPoint() ? tensor.to(dtype) : tensor);
    }

    private Module convert(UnaryOperator<Tensor> conversion) {
        List<Tensor> all = new ArrayList<>(parameters());
        all.addAll(buffers());
        for (Tensor tensor : all) {
            Tensor gradient = tensor.grad();
            Tensor converted = conversion.apply(tensor.detach());
            converted.storage().owner(null);
            tensor.setData(converted);
            if (gradient != null) {
                Tensor moved = conversion.apply(gradient.detach());
                moved.storage().owner(null);
                java.util.Objects.requireNonNull(tensor.gradSlot()).setGrad(moved);
            }
        }
        return this;
    }

    // ---- state

    /**
     * All parameters and persistent buffers by their full names, which are PyTorch's: tensors without gradient history
     * that share the module's memory. Clone them to keep a snapshot.
     */
    @Override
    public final Map<String, Tensor> stateDict() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        members().forEach((name, tensor) -> state.put(name, tensor.detach()));
        return state;
    }

    private Map<String, Tensor> members() {
        Map<String, Tensor> found = new LinkedHashMap<>();
        visit("", (prefix, module) -> {
            module.parameters.forEach((name, tensor) -> found.put(join(prefix, name), tensor));
            module.buffers.forEach((name, tensor) -> {
                if (!module.unsavedBuffers.contains(name)) {
                    found.put(join(prefix, name), tensor);
                }
            });
        });
        return found;
    }

    /** {@link #loadStateDict(Map, boolean)}, strict. */
    @Override
    public final void loadStateDict(Map<String, Tensor> state) {
        loadStateDict(state, true);
    }

    /**
     * Copies values into the parameters and buffers of these names, converted to their dtype and device.
     *
     * @param strict whether names missing on either side are refused; shapes that differ always are
     * @throws IllegalArgumentException listing every name at fault; nothing is changed then
     */
    @SuppressWarnings("try") // a scope need not be named in its body
    public final void loadStateDict(Map<String, Tensor> state, boolean strict) {
        Map<String, Tensor> own = members();
        Map<String, Tensor> known = new LinkedHashMap<>(state);
        if (!strict) {
            own.keySet().retainAll(state.keySet());
            known.keySet().retainAll(own.keySet());
        }
        Stateful.requireFit(name(), Stateful.faults(own, known));
        try (var scope = TensorScope.open()) {
            own.forEach((name, tensor) ->
                    tensor.detach().copy_(Stateful.get(known, name).detach()));
        }
    }

    /**
     * What {@code call} gives while parameters and buffers have the values, and the gradient history, of these tensors:
     * PyTorch's {@code functional_call}. Gradients reach the given tensors and not the module's own, whatever their dtype
     * or device; the names not given keep their own values. Afterwards everything is as it was, also where the call fails.
     * Meanwhile no other thread may use the module.
     *
     * <pre>{@code
     * Tensor loss = model.functionalCall(fastWeights, () -> F.mseLoss(model.call(x), y));
     * }</pre>
     *
     * @throws IllegalArgumentException if a name is not one of this module's
     * @throws io.gatun.tensor.ShapeException if a shape is not the parameter's
     */
    public final <T> T functionalCall(Map<String, Tensor> values, Supplier<T> call) {
        return FunctionalCall.run(this, values, call);
    }

    // ---- printing

    /**
     * A table of this module and all inside it, with what they compute of zeros of this shape, batch included, and of the
     * parameters' dtype (else {@code F32}) and device.
     *
     * <p>The module is run in evaluation mode, unrecorded and in a scope of its own. Afterwards modes, hooks and the default
     * generator are as before, also if it fails.
     */
    public final Summary summary(Shape inputShape) {
        return summary(
                inputShape,
                parameters().stream()
                        .map(Tensor::dtype)
                        .filter(DType::isFloatingPoint)
                        .findFirst()
                        .orElse(DType.F32));
    }

    /** {@link #summary(Shape)} for an input of this dtype, such as {@code I64} for indices. */
    public final Summary summary(Shape inputShape, DType dtype) {
        Device device = parameters().stream().map(Tensor::device).findFirst().orElseGet(Device::getDefault);
        return summary(() -> call(Tensor.zeros(inputShape, dtype, device)));
    }

    /** {@link #summary(Shape)} for other inputs: {@code transformer.summary(() -> transformer.call(src, tgt))}. */
    public final Summary summary(Runnable call) {
        return Summary.of(this, call);
    }

    /** The name this kind of module prints under. */
    protected String name() {
        return getClass().getSimpleName();
    }

    /** What stands between the parentheses when printed: PyTorch's {@code extra_repr}. */
    protected String extraRepr() {
        return "";
    }

    /** The tree of modules, as PyTorch prints it. */
    @Override
    public String toString() {
        String extra = extraRepr();
        if (children.isEmpty()) {
            return name() + "(" + extra + ")";
        }
        StringBuilder out = new StringBuilder(name()).append("(\n");
        if (!extra.isEmpty()) {
            out.append("  ").append(extra).append('\n');
        }
        children.forEach((name, child) -> out.append("  (")
                .append(name)
                .append("): ")
                .append(child.toString().replace("\n", "\n  "))
                .append('\n'));
        return out.append(')').toString();
    }

    /** {@code True} or {@code False}, for {@link #extraRepr}. */
    static String python(boolean value) {
        return value ? "True" : "False";
    }

    /** A number as Python prints it, {@code 1e-05} for 1.0E-5, for {@link #extraRepr}. */
    static String python(double value) {
        String text = Double.toString(value);
        int e = text.indexOf('E');
        if (e < 0) {
            return text;
        }
        String digits = text.substring(0, e).replaceFirst("\\.0$", "");
        int exponent = Integer.parseInt(text, e + 1, text.length(), 10);
        return exponent < -4 || exponent > 15
                ? digits + String.format(java.util.Locale.ROOT, "e%+03d", exponent)
                : new java.math.BigDecimal(text).toPlainString();
    }

    /** The parameter of that name directly in this module, or null. */
    protected final @Nullable Tensor parameter(String name) {
        return parameters.get(name);
    }
}
