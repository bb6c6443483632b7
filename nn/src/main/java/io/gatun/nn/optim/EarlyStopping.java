package io.gatun.nn.optim;

import io.gatun.nn.Stateful;
import io.gatun.tensor.Tensor;
import java.util.Map;

/**
 * Says when to stop: when a measure has not become better {@code patience} times in a row.
 *
 * <pre>{@code
 * var stopping = new EarlyStopping(5);
 * boolean stop = false;
 * while (!stop) {
 *     train(model);
 *     stop = stopping.step(validationLoss(model));
 *     if (stopping.isBest()) {
 *         save(model);
 *     }
 * }
 * }</pre>
 */
public final class EarlyStopping implements Stateful {
    private final long patience;
    private final Plateau plateau;
    private boolean improved;

    /** For a measure that should go down by any amount. */
    public EarlyStopping(long patience) {
        this(patience, 0, Goal.MIN);
    }

    /** For a measure that should go this way by more than {@code minDelta}. */
    public EarlyStopping(long patience, double minDelta, Goal mode) {
        if (patience < 1) {
            throw new IllegalArgumentException("EarlyStopping: the patience is " + patience + "; it must be positive");
        }
        this.patience = patience;
        plateau = new Plateau(mode, minDelta, false);
    }

    /** Takes the measure after an epoch; whether to stop now. */
    public boolean step(double metric) {
        improved = plateau.take(metric);
        return plateau.bad() >= patience;
    }

    /** Whether the last value taken is the best, so that the model is worth saving. */
    public boolean isBest() {
        return improved;
    }

    /** The best value so far. */
    public double best() {
        return plateau.best();
    }

    /** {@code best} and {@code num_bad_epochs}, each zero-dimensional. */
    @Override
    public Map<String, Tensor> stateDict() {
        return plateau.stateDict();
    }

    @Override
    public void loadStateDict(Map<String, Tensor> state) {
        Stateful.requireFit("EarlyStopping", stateFaults(state));
        plateau.loadStateDict(state);
    }
}
