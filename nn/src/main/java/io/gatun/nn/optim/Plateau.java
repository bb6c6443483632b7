package io.gatun.nn.optim;

import io.gatun.nn.Stateful;
import io.gatun.tensor.Tensor;
import java.util.Map;

/** Watches a measure: its best value so far, and for how many values in a row it has not become better. */
final class Plateau {
    private final Goal goal;
    private double threshold;
    private boolean relative;
    private double best;
    private long bad;

    Plateau(Goal goal, double threshold, boolean relative) {
        this.goal = goal;
        threshold(threshold, relative);
        best = goal == Goal.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    void threshold(double value, boolean isRelative) {
        threshold = Optimizer.notNegative("threshold", value);
        relative = isRelative;
    }

    /** Whether {@code value} is better than the best by more than the threshold; if so it is the best now. */
    boolean take(double value) {
        double sign = goal == Goal.MIN ? -1 : 1;
        double bar = relative && !Double.isInfinite(best) ? best * (1 + sign * threshold) : best + sign * threshold;
        boolean better = goal == Goal.MIN ? value < bar : value > bar;
        if (better) {
            best = value;
            bad = 0;
        } else {
            bad++;
        }
        return better;
    }

    double best() {
        return best;
    }

    long bad() {
        return bad;
    }

    /** Under PyTorch's names, each zero-dimensional. */
    Map<String, Tensor> stateDict() {
        return Map.of("best", Optimizer.number(best), "num_bad_epochs", Tensor.of(bad));
    }

    void loadStateDict(Map<String, Tensor> state) {
        restore(
                Stateful.get(state, "best").item(),
                Stateful.get(state, "num_bad_epochs").itemLong());
    }

    void restore(double theBest, long badOnes) {
        best = theBest;
        bad = badOnes;
    }
}
