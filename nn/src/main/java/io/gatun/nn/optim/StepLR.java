package io.gatun.nn.optim;

/** Multiplied by {@code gamma} every {@code stepSize} steps. */
public final class StepLR extends LRScheduler {
    private final long stepSize;
    private final double gamma;

    /** A tenth every {@code stepSize} steps. */
    public StepLR(Optimizer optimizer, long stepSize) {
        this(optimizer, stepSize, 0.1);
    }

    /** For all groups of {@code optimizer}. */
    public StepLR(Optimizer optimizer, long stepSize, double gamma) {
        super(optimizer);
        this.stepSize = stepSize;
        this.gamma = gamma;
        begin();
    }

    @Override
    protected double rate(int group, double base, long step) {
        long drops = step / stepSize;
        return base * Math.pow(gamma, (double) drops);
    }
}
