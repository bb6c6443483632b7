package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adamax (Kingma and Ba, 2015): {@link Adam} with the decaying largest size of the gradient in place of the root of its
 * mean square.
 */
public final class Adamax extends Optimizer {
    /** With learning rate 2e-3. */
    public Adamax(List<Tensor> parameters) {
        this(parameters, 2e-3);
    }

    /** With learning rate {@code lr}. */
    public Adamax(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public Adamax(double lr, List<ParameterGroup> groups) {
        super(groups, defaults(lr));
    }

    private static Map<String, Double> defaults(double lr) {
        Map<String, Double> options = new LinkedHashMap<>();
        options.put("lr", notNegative("lr", lr));
        options.put("beta1", 0.9);
        options.put("beta2", 0.999);
        options.put("eps", 1e-8);
        options.put("weight_decay", 0.0);
        return options;
    }

    /** What keeps a divisor from 0; default 1e-8. */
    public Adamax eps(double value) {
        option("eps", notNegative("eps", value));
        return this;
    }

    /** The factor of an L2 penalty's gradient; default 0. */
    public Adamax weightDecay(double value) {
        option("weight_decay", notNegative("weightDecay", value));
        return this;
    }

    @Override
    protected void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        Tensor g = decayed(gradient, parameter, group.get("weight_decay"));
        double beta1 = group.get("beta1");
        Tensor mean = state.zeros("exp_avg", parameter).lerp_(g, 1 - beta1);
        Tensor largest = state.zeros("exp_inf", parameter)
                .mul_(group.get("beta2"))
                .maximum_(g.abs().add_(group.get("eps")));
        parameter.addcdiv_(mean, largest, -group.lr() / (1 - Math.pow(beta1, state.step())));
    }

    /** The decay rates of the running means of the gradient and of its square (or size); default 0.9 and 0.999. */
    public Adamax betas(double beta1, double beta2) {
        option("beta1", rate("beta1", beta1));
        option("beta2", rate("beta2", beta2));
        return this;
    }
}
