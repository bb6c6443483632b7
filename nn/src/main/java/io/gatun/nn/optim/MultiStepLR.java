package io.gatun.nn.optim;

import java.util.Arrays;

/** Multiplied by {@code gamma} at each of {@code milestones}. */
public final class MultiStepLR extends LRScheduler {
    private final long[] milestones;
    private final double gamma;

    /** By a tenth. */
    public MultiStepLR(Optimizer optimizer, long... milestones) {
        this(optimizer, milestones, 0.1);
    }

    /** For all groups of {@code optimizer}. */
    public MultiStepLR(Optimizer optimizer, long[] milestones, double gamma) {
        super(optimizer);
        this.milestones = milestones.clone();
        this.gamma = gamma;
        begin();
    }

    @Override
    protected double rate(int group, double base, long step) {
        return base
                * Math.pow(gamma, (double)
                        Arrays.stream(milestones).filter(m -> m <= step).count());
    }
}
