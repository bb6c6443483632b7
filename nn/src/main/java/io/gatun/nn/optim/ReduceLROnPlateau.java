package io.gatun.nn.optim;

import io.gatun.nn.Stateful;
import io.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Multiplies every learning rate by {@code factor} when a measure has not become better for more than {@code patience}
 * steps. Its step takes the measure, so it is no {@link LRScheduler}.
 *
 * <pre>{@code
 * var scheduler = new ReduceLROnPlateau(optimizer).patience(5);
 * scheduler.step(validationLoss);
 * }</pre>
 */
public final class ReduceLROnPlateau implements Stateful {
    private final Optimizer optimizer;
    private final Plateau plateau;
    private double factor = 0.1;
    private long patience = 10;
    private long cooldown;
    private double minLr;
    private List<Double> minLrs = List.of();
    private double eps = 1e-8;
    private long cooling;
    private long steps;

    /** For a measure that should go down. */
    public ReduceLROnPlateau(Optimizer optimizer) {
        this(optimizer, Goal.MIN);
    }

    /** For a measure that should go this way; better is by more than a ten-thousandth of the best. */
    public ReduceLROnPlateau(Optimizer optimizer, Goal mode) {
        this.optimizer = optimizer;
        plateau = new Plateau(mode, 1e-4, true);
    }

    /** What a rate is multiplied by, below 1; default 0.1. */
    public ReduceLROnPlateau factor(double value) {
        if (!(value < 1)) {
            throw new IllegalArgumentException("ReduceLROnPlateau: the factor is " + value + "; it must be below 1");
        }
        factor = value;
        return this;
    }

    /** How many steps without progress are waited for; default 10. */
    public ReduceLROnPlateau patience(long value) {
        patience = value;
        return this;
    }

    /** By how much a better value is better: as a share of the best, or absolutely; default 1e-4, a share. */
    public ReduceLROnPlateau threshold(double value, boolean relative) {
        plateau.threshold(value, relative);
        return this;
    }

    /** How many steps after a reduction are not counted; default 0. */
    public ReduceLROnPlateau cooldown(long value) {
        cooldown = value;
        return this;
    }

    /** No rate is reduced below this; default 0. */
    public ReduceLROnPlateau minLr(double value) {
        minLr = value;
        minLrs = List.of();
        return this;
    }

    /**
     * No group's rate is reduced below its own of these; those of groups that are added later may go down to 0.
     *
     * @throws IllegalArgumentException if there are not as many as groups
     */
    public ReduceLROnPlateau minLr(List<Double> values) {
        minLrs = optimizer.oneForEachGroup("ReduceLROnPlateau", values);
        minLr = 0;
        return this;
    }

    /** Reductions by no more than this are left out; default 1e-8. */
    public ReduceLROnPlateau eps(double value) {
        eps = value;
        return this;
    }

    /** Takes the measure after an epoch. */
    public void step(double metric) {
        steps++;
        plateau.take(metric);
        if (cooling > 0) {
            cooling--;
            plateau.restore(plateau.best(), 0);
        }
        if (plateau.bad() > patience) {
            List<ParameterGroup> groups = optimizer.parameterGroups();
            for (int i = 0; i < groups.size(); i++) {
                reduce(groups.get(i), i < minLrs.size() ? minLrs.get(i) : minLr);
            }
            cooling = cooldown;
            plateau.restore(plateau.best(), 0);
        }
    }

    private void reduce(ParameterGroup group, double least) {
        double rate = Math.max(group.lr() * factor, least);
        if (group.lr() - rate > eps) {
            group.lr(rate);
        }
    }

    /** The best value so far. */
    public double best() {
        return plateau.best();
    }

    /** {@code best}, {@code num_bad_epochs}, {@code cooldown_counter} and {@code last_epoch}, each zero-dimensional. */
    @Override
    public Map<String, Tensor> stateDict() {
        Map<String, Tensor> state = new LinkedHashMap<>(plateau.stateDict());
        state.put("cooldown_counter", Tensor.of(cooling));
        state.put("last_epoch", Tensor.of(steps));
        return state;
    }

    @Override
    public void loadStateDict(Map<String, Tensor> state) {
        Stateful.requireFit("ReduceLROnPlateau", stateFaults(state));
        plateau.loadStateDict(state);
        cooling = Stateful.get(state, "cooldown_counter").itemLong();
        steps = Stateful.get(state, "last_epoch").itemLong();
    }
}
