package io.gatun.nn.optim;

/** From the base rate down to {@code etaMin} and up again, as a cosine of period {@code 2 tMax} (Loshchilov and Hutter, 2017). */
public final class CosineAnnealingLR extends LRScheduler {
    private final long tMax;
    private final double etaMin;

    /** Down to 0. */
    public CosineAnnealingLR(Optimizer optimizer, long tMax) {
        this(optimizer, tMax, 0);
    }

    /** For all groups of {@code optimizer}. */
    public CosineAnnealingLR(Optimizer optimizer, long tMax, double etaMin) {
        super(optimizer);
        this.tMax = tMax;
        this.etaMin = etaMin;
        begin();
    }

    @Override
    protected double rate(int group, double base, long step) {
        return etaMin + (base - etaMin) * (1 + Math.cos(Math.PI * step / tMax)) / 2;
    }
}
