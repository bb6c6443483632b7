package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link Adam} with decoupled weight decay (Loshchilov and Hutter, 2019): the parameter shrinks by {@code lr * weightDecay}
 * before the step, whatever the gradient's size. The default weight decay is 0.01.
 */
public final class AdamW extends Optimizer {
    private boolean capturable;

    /** With learning rate 1e-3. */
    public AdamW(List<Tensor> parameters) {
        this(parameters, 1e-3);
    }

    /** With learning rate {@code lr}. */
    public AdamW(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public AdamW(double lr, List<ParameterGroup> groups) {
        super(groups, defaults(lr));
    }

    private static Map<String, Double> defaults(double lr) {
        Map<String, Double> options = new LinkedHashMap<>();
        options.put("lr", notNegative("lr", lr));
        options.put("beta1", 0.9);
        options.put("beta2", 0.999);
        options.put("eps", 1e-8);
        options.put("weight_decay", 0.01);
        options.put("amsgrad", 0.0);
        return options;
    }

    /** What keeps a divisor from 0; default 1e-8. */
    public AdamW eps(double value) {
        option("eps", notNegative("eps", value));
        return this;
    }

    /** The factor of the shrinking; default 0.01. */
    public AdamW weightDecay(double value) {
        option("weight_decay", notNegative("weightDecay", value));
        return this;
    }

    /** Divide by the largest second mean so far; default off. */
    public AdamW amsgrad(boolean on) {
        option("amsgrad", on ? 1 : 0);
        return this;
    }

    /**
     * Count steps on the device, so that a step can be captured as a graph and replayed; default off, which spares the counting.
     * Up to rounding a step is the same. Where counting begins, with the first step or a loaded state, the host's count is taken
     * over.
     */
    public AdamW capturable(boolean on) {
        capturable = on;
        return this;
    }

    @Override
    protected void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        double decay = 0;
        double shrink = 1 - group.lr() * group.get("weight_decay");
        if (capturable) {
            AdamRule.stepOnDevice(group, state, parameter, gradient, decay, shrink);
        } else {
            AdamRule.step(group, state, parameter, gradient, decay, shrink);
        }
    }

    /** The decay rates of the running means of the gradient and of its square (or size); default 0.9 and 0.999. */
    public AdamW betas(double beta1, double beta2) {
        option("beta1", rate("beta1", beta1));
        option("beta2", rate("beta2", beta2));
        return this;
    }
}
