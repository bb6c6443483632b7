package io.gatun.nn.optim;

import java.util.Collections;
import java.util.List;

/**
 * One cycle (Smith and Topin, 2019), a step a batch: from {@code maxLr / divFactor} up to {@code maxLr} in the first part of
 * the steps and down to a last rate in the rest. The momentum (or beta1) goes the other way and back; as in PyTorch, also
 * where the optimiser was made without momentum.
 */
public final class OneCycleLR extends LRScheduler {
    /** How a rate goes from one value to the next. */
    public enum Anneal {
        /** As half a cosine. */
        COS,
        /** On a line. */
        LINEAR
    }

    /**
     * What PyTorch takes as keyword arguments: an immutable value, whose methods give changed copies.
     *
     * @param pctStart the share of the steps in which the rate goes up; default 0.3
     * @param annealStrategy how values go from one to the next; default COS
     * @param cycleMomentum whether momentum goes, too; default true
     * @param baseMomentum the least momentum; default 0.85
     * @param maxMomentum the greatest; default 0.95
     * @param divFactor how many times the first rate the greatest is; default 25
     * @param finalDivFactor how many times the last rate the first is; default 1e4
     * @param threePhase whether the rate goes down as it went up, and only then to the last one; default false
     */
    public record Options(
            double pctStart,
            Anneal annealStrategy,
            boolean cycleMomentum,
            double baseMomentum,
            double maxMomentum,
            double divFactor,
            double finalDivFactor,
            boolean threePhase) {
        /** Refuses a share that is none. */
        public Options {
            if (!(pctStart >= 0 && pctStart <= 1)) {
                throw new IllegalArgumentException("OneCycleLR: pctStart is " + pctStart + "; it must be from 0 to 1");
            }
        }

        /** PyTorch's. */
        public static Options defaults() {
            return new Options(0.3, Anneal.COS, true, 0.85, 0.95, 25, 1e4, false);
        }

        /** With the rate going up in this share of the steps. */
        public Options pctStart(double value) {
            return new Options(
                    value,
                    annealStrategy,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    divFactor,
                    finalDivFactor,
                    threePhase);
        }

        /** With values going so. */
        public Options annealStrategy(Anneal value) {
            return new Options(
                    pctStart, value, cycleMomentum, baseMomentum, maxMomentum, divFactor, finalDivFactor, threePhase);
        }

        /** With momentum going, too, or not. */
        public Options cycleMomentum(boolean value) {
            return new Options(
                    pctStart, annealStrategy, value, baseMomentum, maxMomentum, divFactor, finalDivFactor, threePhase);
        }

        /** With this least momentum. */
        public Options baseMomentum(double value) {
            return new Options(
                    pctStart, annealStrategy, cycleMomentum, value, maxMomentum, divFactor, finalDivFactor, threePhase);
        }

        /** With this greatest momentum. */
        public Options maxMomentum(double value) {
            return new Options(
                    pctStart,
                    annealStrategy,
                    cycleMomentum,
                    baseMomentum,
                    value,
                    divFactor,
                    finalDivFactor,
                    threePhase);
        }

        /** With a greatest rate so many times the first. */
        public Options divFactor(double value) {
            return new Options(
                    pctStart,
                    annealStrategy,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    value,
                    finalDivFactor,
                    threePhase);
        }

        /** With a first rate so many times the last. */
        public Options finalDivFactor(double value) {
            return new Options(
                    pctStart, annealStrategy, cycleMomentum, baseMomentum, maxMomentum, divFactor, value, threePhase);
        }

        /** With three phases or two. */
        public Options threePhase(boolean value) {
            return new Options(
                    pctStart,
                    annealStrategy,
                    cycleMomentum,
                    baseMomentum,
                    maxMomentum,
                    divFactor,
                    finalDivFactor,
                    value);
        }
    }

    private final List<Double> maxLr;
    private final long totalSteps;
    private final Options options;

    /** With the default options. */
    public OneCycleLR(Optimizer optimizer, double maxLr, long totalSteps) {
        this(optimizer, maxLr, totalSteps, Options.defaults());
    }

    /** For all groups of {@code optimizer}. */
    public OneCycleLR(Optimizer optimizer, double maxLr, long totalSteps, Options options) {
        this(optimizer, Collections.nCopies(optimizer.parameterGroups().size(), maxLr), totalSteps, options);
    }

    /**
     * With a greatest rate for each group of {@code optimizer}.
     *
     * @throws IllegalArgumentException if there are not as many rates as groups, or no steps
     */
    public OneCycleLR(Optimizer optimizer, List<Double> maxLr, long totalSteps, Options options) {
        super(optimizer);
        if (totalSteps < 1) {
            throw new IllegalArgumentException("OneCycleLR: totalSteps is " + totalSteps + "; it must be positive");
        }
        this.maxLr = optimizer.oneForEachGroup("OneCycleLR", maxLr);
        this.totalSteps = totalSteps;
        this.options = options;
        begin();
    }

    @Override
    protected double rate(int group, double base, long step) {
        double most = maxLr.get(group);
        double first = most / options.divFactor();
        return along(step, first, most, first, first / options.finalDivFactor());
    }

    @Override
    void apply(ParameterGroup group, double rate, long step) {
        super.apply(group, rate, step);
        String momentum = group.has("beta1") ? "beta1" : "momentum";
        if (options.cycleMomentum() && group.has(momentum)) {
            double most = options.maxMomentum();
            group.set(momentum, along(step, most, options.baseMomentum(), most, most));
        }
    }

    /** From {@code first} to {@code middle} to {@code last}, or in three phases by {@code third} between the latter. */
    private double along(long step, double first, double middle, double third, double last) {
        if (step > totalSteps) { // the step after the last batch is let through, as every loop takes it
            throw new IllegalStateException("OneCycleLR: step " + step + " is past the " + totalSteps
                    + " steps of the cycle: step once a batch, and give the number of all batches");
        }
        double top = options.pctStart() * totalSteps - 1;
        double end = totalSteps - 1.0;
        if (step <= top) {
            return between(first, middle, step / top);
        }
        double down = options.threePhase() ? 2 * options.pctStart() * totalSteps - 2 : top;
        if (step <= down) {
            return between(middle, third, (step - top) / (down - top));
        }
        return between(options.threePhase() ? third : middle, last, (step - down) / (end - down));
    }

    private double between(double from, double to, double share) {
        return switch (options.annealStrategy()) {
            case COS -> to + (from - to) / 2 * (1 + Math.cos(Math.PI * share));
            case LINEAR -> from + (to - from) * share;
        };
    }
}
