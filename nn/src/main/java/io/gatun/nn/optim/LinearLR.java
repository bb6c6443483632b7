package io.gatun.nn.optim;

/** From {@code startFactor} to {@code endFactor} times the base rate, linearly, in {@code totalIters} steps. */
public final class LinearLR extends LRScheduler {
    private final double startFactor;
    private final double endFactor;
    private final long totalIters;

    /** From a third of the base rate to the whole in 5 steps. */
    public LinearLR(Optimizer optimizer) {
        this(optimizer, 1.0 / 3, 1, 5);
    }

    /** For all groups of {@code optimizer}. */
    public LinearLR(Optimizer optimizer, double startFactor, double endFactor, long totalIters) {
        super(optimizer);
        this.startFactor = startFactor;
        this.endFactor = endFactor;
        this.totalIters = totalIters;
        begin();
    }

    @Override
    protected double rate(int group, double base, long step) {
        return base * (startFactor + (endFactor - startFactor) * Math.min(step, totalIters) / totalIters);
    }
}
