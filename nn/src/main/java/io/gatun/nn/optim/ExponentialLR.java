package io.gatun.nn.optim;

/** Multiplied by {@code gamma} every step. */
public final class ExponentialLR extends LRScheduler {
    private final double gamma;

    /** For all groups of {@code optimizer}. */
    public ExponentialLR(Optimizer optimizer, double gamma) {
        super(optimizer);
        this.gamma = gamma;
        begin();
    }

    @Override
    protected double rate(int group, double base, long step) {
        return base * Math.pow(gamma, (double) step);
    }
}
