package io.gatun.nn.optim;

import io.gatun.nn.Stateful;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes parameters by their gradients.
 *
 * <pre>{@code
 * var optimizer = new Adam(model.parameters(), 1e-3);
 * for (Batch batch : loader) {
 *     try (var scope = TensorScope.open()) {
 *         optimizer.zeroGrad();
 *         F.crossEntropy(model.call(batch.input()), batch.target()).backward();
 *         optimizer.step();
 *     }
 * }
 * }</pre>
 *
 * <p>Options that PyTorch takes as keyword arguments are methods to be called after the constructor: {@code new
 * SGD(parameters, 0.1).momentum(0.9)}. They set the option in every group that the optimiser has.
 *
 * <p>A step computes in place on the parameters' memory, unrecorded, and opens a {@link TensorScope} of its own for what
 * it needs in between. What it remembers of a parameter belongs to no scope.
 */
public abstract class Optimizer implements Stateful {
    private final List<ParameterGroup> groups = new ArrayList<>();
    private final Map<String, Double> defaults;
    private final IdentityHashMap<Tensor, State> states = new IdentityHashMap<>();
    private final PendingSteps pending = new PendingSteps();

    /** What an optimiser remembers of one parameter: how many steps it took, and tensors under PyTorch's names. */
    protected static final class State {
        private long step;
        private @Nullable String capturing; // the optimiser, while its step is recorded and not done
        private @Nullable Tensor stepOnDevice;
        private final Map<String, Tensor> tensors = new LinkedHashMap<>();
        private final Map<String, Double> numbers = new LinkedHashMap<>();
        private final PendingSteps pending;

        private State(PendingSteps pending) {
            this.pending = pending;
        }

        /**
         * Takes {@code step}, perhaps together with those of other parameters, before {@link Optimizer#step} returns: its
         * results are written over {@code targets}. Operands are not to be changed until then. Of complex numbers the parts
         * take the step, each by itself.
         */
        public void take(Op.Step step, List<Tensor> targets, Tensor... operands) {
            pending.add(step, targets, operands);
        }

        /**
         * The number of this step, from 1, to compute with.
         *
         * @throws TensorStateException if the step is recorded to be repeated, since each repetition would have this number
         */
        public double step() {
            if (capturing != null) {
                throw new TensorStateException(
                        capturing + ": what it computes with the number of the step would be the same in"
                                + " each replay of the CudaGraph that is being captured: take SGD, RMSprop, or Adam or"
                                + " AdamW with capturable(true), or call step() after each replay()");
            }
            return (double) step;
        }

        /**
         * The number of this step where each repetition of a recorded step has its own: a tensor of shape () and {@code F64} on
         * the parameter's device, which this call counts up.
         */
        public Tensor stepOnDevice(Tensor parameter) {
            return takenOnDevice(parameter).add_(1);
        }

        /** The number of steps before this one, where it is an {@link Op.Step} that counts it up. */
        Tensor takenOnDevice(Tensor parameter) {
            Tensor known = stepOnDevice;
            if (known == null) {
                refuseFirst();
                known = Tensor.full(Shape.scalar(), Scalar.of(step - 1), DType.F64, parameter.device());
                known.storage().owner(null);
                stepOnDevice = known;
            }
            return known;
        }

        private void refuseFirst() {
            if (capturing != null) {
                throw new TensorStateException(
                        capturing + ": each replay of the CudaGraph that is being captured would begin"
                                + " with what the optimiser remembers at first: call step() once before the capture");
            }
        }

        /** The tensor of that name; at first zeros like {@code parameter}. */
        public Tensor zeros(String name, Tensor parameter) {
            return full(name, parameter, 0);
        }

        /** The tensor of that name; at first {@code value} everywhere in the shape of {@code parameter}. */
        public Tensor full(String name, Tensor parameter, double value) {
            Tensor tensor = tensors.get(name);
            return tensor == null ? put(name, Tensor.fullLike(parameter, value)) : tensor;
        }

        /** The tensor of that name, or null. */
        public @Nullable Tensor get(String name) {
            return tensors.get(name);
        }

        /** Remembers {@code tensor}, and keeps it from every scope. */
        public Tensor put(String name, Tensor tensor) {
            refuseFirst();
            tensor.storage().owner(null);
            tensors.put(name, tensor);
            return tensor;
        }

        /** The number of that name, or {@code initial}. */
        public double number(String name, double initial) {
            return numbers.getOrDefault(name, initial);
        }

        /** Remembers a number. */
        public void put(String name, double value) {
            numbers.put(name, value);
        }
    }

    /**
     * For these groups.
     *
     * @param defaults the options of this kind of optimiser, each with the value of groups that do not set it
     * @throws IllegalArgumentException if there are no parameters, one is in two groups, or is not a leaf that requires a
     *     gradient, or a group has an option unknown here
     */
    protected Optimizer(List<ParameterGroup> groups, Map<String, Double> defaults) {
        this.defaults = new LinkedHashMap<>(defaults);
        this.defaults.put("maximize", 0.0);
        groups.forEach(this::add);
        if (groups.stream().allMatch(group -> group.parameters().isEmpty())) {
            throw new IllegalArgumentException(getClass().getSimpleName() + ": there are no parameters to optimise");
        }
    }

    private void add(ParameterGroup group) {
        String name = getClass().getSimpleName();
        Set<Tensor> known = Collections.newSetFromMap(new IdentityHashMap<>());
        groups.forEach(g -> known.addAll(g.parameters()));
        for (Tensor parameter : group.parameters()) {
            if (!known.add(parameter)) {
                throw new IllegalArgumentException(
                        name + ": a parameter of shape " + parameter.shape() + " is listed twice");
            }
            if (!parameter.isLeaf()) {
                throw new IllegalArgumentException(
                        name + ": the tensor of shape " + parameter.shape() + " is the result of " + parameter.gradFn()
                                + " and not a leaf: optimise what it was made from");
            }
        }
        for (String option : group.options().keySet()) {
            if (!defaults.containsKey(option)) {
                throw new IllegalArgumentException(
                        name + ": there is no option '" + option + "', only " + defaults.keySet());
            }
        }
        defaults.forEach((option, value) -> {
            if (!group.has(option)) {
                group.set(option, value);
            }
        });
        groups.add(group);
    }

    /** A copy of what a scheduler is given for each group. */
    final <T> List<T> oneForEachGroup(String name, List<T> values) {
        if (values.size() != groups.size()) {
            throw new IllegalArgumentException(
                    name + ": " + values.size() + " values for " + groups.size() + " groups: give one for each");
        }
        return List.copyOf(values);
    }

    /** Adds a group of parameters, as for layers that are unfrozen later. */
    public final void addParameterGroup(ParameterGroup group) {
        add(group);
    }

    /** The groups, whose options may be changed between steps. */
    public final List<ParameterGroup> parameterGroups() {
        return Collections.unmodifiableList(groups);
    }

    /** The learning rate of the first group. */
    public final double lr() {
        return groups.get(0).lr();
    }

    /** Sets an option in every group, and for groups added later. */
    protected final void option(String option, double value) {
        defaults.put(option, value);
        groups.forEach(group -> group.set(option, value));
    }

    /** Goes up the gradient and not down; default down. */
    public final Optimizer maximize(boolean on) {
        option("maximize", on ? 1 : 0);
        return this;
    }

    /** Refuses a negative value of an option. */
    protected static double notNegative(String option, double value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException(option + " is " + value + "; it must not be negative");
        }
        return value;
    }

    /** Refuses a decay rate outside [0, 1). */
    protected static double rate(String option, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(option + " is " + value + "; it must be at least 0 and below 1");
        }
        return value;
    }

    /** Forgets the gradients of all parameters. */
    public final void zeroGrad() {
        for (ParameterGroup group : groups) {
            group.parameters().forEach(Tensor::clearGrad);
        }
    }

    /**
     * Changes every parameter that has a gradient.
     *
     * @throws TensorStateException if it is recorded to be repeated, and computes with the number of the step
     */
    public final void step() {
        try {
            for (ParameterGroup group : groups) {
                for (Tensor parameter : group.parameters()) {
                    Tensor gradient = parameter.grad();
                    if (gradient != null) {
                        step(group, parameter, gradient.detach());
                    }
                }
            }
        } finally {
            pending.take();
        }
    }

    @SuppressWarnings("try") // a scope need not be named in its body
    private void step(ParameterGroup group, Tensor parameter, Tensor gradient) {
        try (var scope = TensorScope.open()) {
            State state = states.computeIfAbsent(parameter, _ -> new State(pending));
            boolean captured = parameter.device().backend().isCapturing();
            state.capturing = captured ? getClass().getSimpleName() : null;
            state.step += captured ? 0 : 1;
            boolean up = group.isSet("maximize");
            update(group, state, parameter.detach(), up ? gradient.neg() : gradient);
            if (up) {
                pending.take(); // while there is the gradient that this scope owns
            }
        }
    }

    /**
     * Changes one parameter in place.
     *
     * @param parameter its memory, without gradient history
     * @param gradient its gradient, not to be changed
     */
    protected abstract void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient);

    // ---- state

    /** The names in {@link State} of numbers, which have no tensor's shape; default none. */
    Set<String> numbers() {
        return Set.of();
    }

    /**
     * What is needed to go on where training stopped, under names that a file can have: the options of group g as {@code
     * param_groups.g.lr}, ...; and for parameter i, counted through all groups, {@code state.i.step} and what else is
     * remembered, {@code state.i.exp_avg}, ..., as PyTorch calls it. Numbers are zero-dimensional, {@code F64} (step {@code
     * I64}); the other tensors share the optimiser's memory: clone them to keep a snapshot.
     */
    @Override
    public final Map<String, Tensor> stateDict() {
        Map<String, Tensor> found = new LinkedHashMap<>();
        List<Tensor> parameters = parameters();
        for (int i = 0; i < parameters.size(); i++) {
            State state = states.get(parameters.get(i));
            if (state != null) {
                String prefix = "state." + i + ".";
                Tensor counted = state.stepOnDevice;
                found.put(prefix + "step", Tensor.of(counted == null ? state.step : (long) counted.item()));
                state.tensors.forEach((name, tensor) -> found.put(prefix + name, tensor));
                state.numbers.forEach((name, number) -> found.put(prefix + name, number(number)));
            }
        }
        for (int g = 0; g < groups.size(); g++) {
            String prefix = "param_groups." + g + ".";
            groups.get(g).options().forEach((name, value) -> found.put(prefix + name, number(value)));
        }
        return found;
    }

    @Override
    public final List<String> stateFaults(Map<String, Tensor> state) {
        return read(state).faults();
    }

    /**
     * Takes over the options and copies of the tensors of a {@link #stateDict()} of the same kind of optimiser, for
     * parameters of the same shapes in the same groups; tensors get their parameter's dtype and device. What was remembered
     * before is forgotten.
     *
     * @throws IllegalArgumentException listing every name at fault; nothing is changed then
     */
    @Override
    public final void loadStateDict(Map<String, Tensor> state) {
        Reading reading = read(state);
        Stateful.requireFit(getClass().getSimpleName(), reading.faults());
        states.clear();
        reading.changes().forEach(Runnable::run);
    }

    /** A state as what is wrong with it, and what loading it changes. */
    private record Reading(List<String> faults, List<Runnable> changes) {}

    private Reading read(Map<String, Tensor> state) {
        List<Tensor> parameters = parameters();
        Reading reading = new Reading(new ArrayList<>(), new ArrayList<>());
        state.forEach((name, value) -> {
            String[] parts = name.split("\\.", 3);
            int at = parts.length == 3 && parts[1].matches("\\d{1,9}") ? Integer.parseInt(parts[1]) : -1;
            if (at >= 0 && parts[0].equals("state") && at < parameters.size()) {
                Tensor parameter = parameters.get(at);
                boolean number = parts[2].equals("step") || numbers().contains(parts[2]);
                if (!value.shape().equals(number ? Shape.scalar() : parameter.shape())) {
                    reading.faults.add(name + " is " + value.shape()
                            + (number ? " and no number" : ", its parameter " + parameter.shape()));
                }
                reading.changes.add(() -> load(parameter, parts[2], value));
            } else if (at >= 0
                    && parts[0].equals("param_groups")
                    && at < groups.size()
                    && defaults.containsKey(parts[2])) {
                if (value.dim() > 0) {
                    reading.faults.add(name + " is " + value.shape() + " and no number");
                }
                reading.changes.add(() -> groups.get(at).set(parts[2], value.item()));
            } else {
                reading.faults.add("unexpected: " + name);
            }
        });
        for (int g = 0; g < groups.size(); g++) {
            for (String option : defaults.keySet()) {
                String name = "param_groups." + g + "." + option;
                if (!state.containsKey(name)) {
                    reading.faults.add("missing: " + name);
                }
            }
        }
        return reading;
    }

    private void load(Tensor parameter, String name, Tensor value) {
        State own = states.computeIfAbsent(parameter, _ -> new State(pending));
        if (name.equals("step")) {
            own.step = (long) value.item();
        } else if (numbers().contains(name)) {
            own.put(name, value.item());
        } else {
            own.put(
                    name,
                    value.detach().to(parameter.dtype()).to(parameter.device()).clone());
        }
    }

    /** A number in a state: zero-dimensional, {@code F64}, so that nothing is lost. */
    static Tensor number(double value) {
        return Tensor.full(Shape.scalar(), Scalar.of(value), DType.F64, Device.getDefault());
    }

    private List<Tensor> parameters() {
        return groups.stream().flatMap(group -> group.parameters().stream()).toList();
    }

    /** {@code gradient + decay * parameter}: weight decay as an L2 penalty's gradient. */
    static Tensor decayed(Tensor gradient, Tensor parameter, double decay) {
        return decay == 0 ? gradient : gradient.add(parameter, decay);
    }
}
