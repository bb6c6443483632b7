package io.gatun.nn.optim;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes an optimiser's learning rates from step to step, each group's from its own base rate.
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
public abstract class LRScheduler {
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
        for (int i = 0; i < groups.size(); i++) {
            apply(
                    groups.get(i),
                    i < baseRates.size() ? baseRates.get(i) : groups.get(i).lr(),
                    steps);
        }
    }

    /** Sets the options of a group at a step; the learning rate, unless a subclass does more. */
    void apply(ParameterGroup group, double base, long step) {
        group.lr(rate(base, step));
    }

    /** The learning rate at a step, from 0. */
    protected abstract double rate(double base, long step);

    /** How many steps were taken. */
    public final long steps() {
        return steps;
    }

    /** The learning rates now, by group. */
    public final List<Double> lastLr() {
        return optimizer.parameterGroups().stream().map(ParameterGroup::lr).toList();
    }
}
