package io.gatun.nn.optim;

import io.gatun.nn.Stateful;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Changes an optimiser's learning rates from step to step, each group's from its own base rate. Groups that are added later
 * keep their rates.
 *
 * <pre>{@code
 * var scheduler = new StepLR(optimizer, 30, 0.1);
 * for (int epoch = 0; epoch < 100; epoch++) {
 *     train(optimizer);
 *     scheduler.step();
 * }
 * }</pre>
 *
 * <p>A schedule is a function of the number of steps taken (PyTorch's "closed form"): nothing adds up over steps. The
 * rate of step 0 is set when the scheduler is made.
 */
public abstract class LRScheduler implements Stateful {
    private final Optimizer optimizer;
    private final List<Double> baseRates = new ArrayList<>();
    private long steps;

    /** For all groups of {@code optimizer}; a subclass calls {@link #begin} when it knows its own arguments. */
    protected LRScheduler(Optimizer optimizer) {
        this.optimizer = optimizer;
        optimizer.parameterGroups().forEach(group -> baseRates.add(group.lr()));
    }

    /** Sets the rates of step 0. */
    protected final void begin() {
        set();
    }

    /** Goes one step on: after the optimiser's steps of an epoch, or for some schedules after each. */
    public final void step() {
        steps++;
        set();
    }

    private void set() {
        List<ParameterGroup> groups = optimizer.parameterGroups();
        for (int i = 0; i < baseRates.size(); i++) {
            apply(groups.get(i), rate(i, baseRates.get(i), steps), steps);
        }
    }

    /** Sets the options of a group at a step; the learning rate, unless a subclass does more. */
    void apply(ParameterGroup group, double rate, long step) {
        group.lr(rate);
    }

    /** The learning rate of group number {@code group} at a step, both from 0. */
    protected abstract double rate(int group, double base, long step);

    /**
     * What is needed to go on where training stopped: {@code last_epoch}, the number of steps, {@code I64} (), and {@code
     * base_lrs}, {@code F64} (groups). The rates themselves are in the optimiser's state.
     */
    @Override
    public final Map<String, Tensor> stateDict() {
        double[] rates = baseRates.stream().mapToDouble(Double::doubleValue).toArray();
        return Map.of("last_epoch", Tensor.of(steps), "base_lrs", Tensor.of(rates));
    }

    /**
     * Takes over the state of a scheduler of the same kind; rates change with the next step.
     *
     * @throws IllegalArgumentException if a name is missing, or the number of groups is another
     */
    @Override
    public final void loadStateDict(Map<String, Tensor> state) {
        Stateful.requireFit(getClass().getSimpleName(), stateFaults(state));
        steps = Stateful.get(state, "last_epoch").itemLong();
        baseRates.clear();
        Arrays.stream(Stateful.get(state, "base_lrs").toDoubleArray()).forEach(baseRates::add);
    }

    /** How many steps were taken. */
    public final long steps() {
        return steps;
    }

    /** The learning rates now, by group. */
    public final List<Double> lastLr() {
        return optimizer.parameterGroups().stream().map(ParameterGroup::lr).toList();
    }
}
