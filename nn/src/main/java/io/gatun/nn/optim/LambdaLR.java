package io.gatun.nn.optim;

import java.util.Collections;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/**
 * The base rate times a function of the number of steps.
 *
 * <pre>{@code
 * new LambdaLR(optimizer, step -> Math.min(1, (step + 1) / 1000.0)) // warm-up
 * }</pre>
 *
 * <p>Functions are not part of the state that is saved.
 */
public final class LambdaLR extends LRScheduler {
    private final List<LongToDoubleFunction> lambdas;

    /** For all groups of {@code optimizer}. */
    public LambdaLR(Optimizer optimizer, LongToDoubleFunction lambda) {
        this(optimizer, Collections.nCopies(optimizer.parameterGroups().size(), lambda));
    }

    /**
     * With one function for each group of {@code optimizer}.
     *
     * @throws IllegalArgumentException if there are not as many functions as groups
     */
    public LambdaLR(Optimizer optimizer, List<LongToDoubleFunction> lambdas) {
        super(optimizer);
        this.lambdas = optimizer.oneForEachGroup("LambdaLR", lambdas);
        begin();
    }

    @Override
    protected double rate(int group, double base, long step) {
        return base * lambdas.get(group).applyAsDouble(step);
    }
}
