package io.gatun.nn.optim;

/**
 * One cycle (Smith and Topin, 2019), a step a batch: from {@code maxLr / 25} up to {@code maxLr} in the first 30 % of the
 * steps and down to a ten-thousandth of the start in the rest, both as half a cosine. The momentum (or beta1) goes the
 * other way, from 0.95 to 0.85 and back; as in PyTorch, also where the optimiser was made without momentum.
 */
public final class OneCycleLR extends LRScheduler {
    private static final double RISE = 0.3;
    private static final double START = 25;
    private static final double END = 1e4;
    private static final double MOST_MOMENTUM = 0.95;
    private static final double LEAST_MOMENTUM = 0.85;

    private final double maxLr;
    private final long totalSteps;

    /** For all groups of {@code optimizer}. */
    public OneCycleLR(Optimizer optimizer, double maxLr, long totalSteps) {
        super(optimizer);
        if (totalSteps < 1) {
            throw new IllegalArgumentException("OneCycleLR: totalSteps is " + totalSteps + "; it must be positive");
        }
        this.maxLr = maxLr;
        this.totalSteps = totalSteps;
        begin();
    }

    @Override
    protected double rate(int group, double base, long step) {
        double first = maxLr / START;
        return along(step, first, maxLr, first / END);
    }

    @Override
    void apply(ParameterGroup group, double rate, long step) {
        super.apply(group, rate, step);
        String momentum = group.has("beta1") ? "beta1" : "momentum";
        if (group.has(momentum)) {
            group.set(momentum, along(step, MOST_MOMENTUM, LEAST_MOMENTUM, MOST_MOMENTUM));
        }
    }

    /** From {@code first} to {@code middle} to {@code last}. */
    private double along(long step, double first, double middle, double last) {
        if (step > totalSteps) { // the step after the last batch is let through, as every loop takes it
            throw new IllegalStateException("OneCycleLR: step " + step + " is past the " + totalSteps
                    + " steps of the cycle: step once a batch, and give the number of all batches");
        }
        double top = RISE * totalSteps - 1;
        double end = totalSteps - 1.0;
        return step <= top ? cosine(first, middle, step / top) : cosine(middle, last, (step - top) / (end - top));
    }

    private static double cosine(double from, double to, double share) {
        return to + (from - to) / 2 * (1 + Math.cos(Math.PI * share));
    }
}
