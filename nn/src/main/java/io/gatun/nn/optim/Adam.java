package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba, 2015): steps along the running mean of the gradient, divided by the root of the running mean of
 * its square, both corrected for their start at 0. With {@code amsgrad} (Reddi and others, 2018) the largest second mean
 * so far divides.
 */
public final class Adam extends Optimizer {
    private boolean capturable;

    /** With learning rate 1e-3. */
    public Adam(List<Tensor> parameters) {
        this(parameters, 1e-3);
    }

    /** With learning rate {@code lr}. */
    public Adam(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public Adam(double lr, List<ParameterGroup> groups) {
        super(groups, defaults(lr));
    }

    private static Map<String, Double> defaults(double lr) {
        Map<String, Double> options = new LinkedHashMap<>();
        options.put("lr", notNegative("lr", lr));
        options.put("beta1", 0.9);
        options.put("beta2", 0.999);
        options.put("eps", 1e-8);
        options.put("weight_decay", 0.0);
        options.put("amsgrad", 0.0);
        return options;
    }

    /** What keeps a divisor from 0; default 1e-8. */
    public Adam eps(double value) {
        option("eps", notNegative("eps", value));
        return this;
    }

    /** The factor of an L2 penalty's gradient; default 0. */
    public Adam weightDecay(double value) {
        option("weight_decay", notNegative("weightDecay", value));
        return this;
    }

    /** Divide by the largest second mean so far; default off. */
    public Adam amsgrad(boolean on) {
        option("amsgrad", on ? 1 : 0);
        return this;
    }

    /**
     * Count steps on the device, so that a step can be captured as a graph and replayed; default off, which spares the counting.
     * Up to rounding a step is the same. Where counting begins, with the first step or a loaded state, the host's count is taken
     * over.
     */
    public Adam capturable(boolean on) {
        capturable = on;
        return this;
    }

    @Override
    protected void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        double decay = group.get("weight_decay");
        double shrink = 1;
        if (capturable) {
            AdamRule.stepOnDevice(group, state, parameter, gradient, decay, shrink);
        } else {
            AdamRule.step(group, state, parameter, gradient, decay, shrink);
        }
    }

    /** The decay rates of the running means of the gradient and of its square (or size); default 0.9 and 0.999. */
    public Adam betas(double beta1, double beta2) {
        option("beta1", rate("beta1", beta1));
        option("beta2", rate("beta2", beta2));
        return this;
    }
}
