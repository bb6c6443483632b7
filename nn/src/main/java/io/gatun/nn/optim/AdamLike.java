package io.gatun.nn.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Adam and its kin have in common: running means of the gradient and of its square, or size, and their options.
 *
 * @param <S> the optimiser itself, which the methods that set an option return
 */
public abstract sealed class AdamLike<S extends AdamLike<S>> extends Optimizer
        permits Adamax, CapturableAdam, NAdam, RAdam {
    /** With {@code weightDecay} where nothing else is set, and options of its own. */
    AdamLike(double lr, double weightDecay, Map<String, Double> more, List<ParameterGroup> groups) {
        super(groups, defaults(lr, weightDecay, more));
    }

    private static Map<String, Double> defaults(double lr, double weightDecay, Map<String, Double> more) {
        Map<String, Double> options = new LinkedHashMap<>();
        options.put("lr", notNegative("lr", lr));
        options.put("beta1", 0.9);
        options.put("beta2", 0.999);
        options.put("eps", 1e-8);
        options.put("weight_decay", weightDecay);
        options.putAll(more);
        return options;
    }

    @SuppressWarnings("unchecked") // S is the class of this: only what is named above extends it
    final S self() {
        return (S) this;
    }

    /** The decay rates of the running means of the gradient and of its square (or size); default 0.9 and 0.999. */
    public final S betas(double beta1, double beta2) {
        option("beta1", rate("beta1", beta1));
        option("beta2", rate("beta2", beta2));
        return self();
    }

    /** What keeps a divisor from 0; default 1e-8. */
    public final S eps(double value) {
        option("eps", notNegative("eps", value));
        return self();
    }

    /**
     * The factor of an L2 penalty's gradient; default 0. Of {@link AdamW} that by which parameters shrink, times the learning
     * rate; default 0.01.
     */
    public final S weightDecay(double value) {
        option("weight_decay", notNegative("weightDecay", value));
        return self();
    }
}
