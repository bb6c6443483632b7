package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adadelta (Zeiler, 2012): the gradient scaled by the root of the running mean of squared steps over that of squared
 * gradients, so that a step has the parameter's unit.
 */
public final class Adadelta extends Optimizer {
    /** With learning rate 1.0. */
    public Adadelta(List<Tensor> parameters) {
        this(parameters, 1.0);
    }

    /** With learning rate {@code lr}. */
    public Adadelta(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public Adadelta(double lr, List<ParameterGroup> groups) {
        super(groups, defaults(lr));
    }

    private static Map<String, Double> defaults(double lr) {
        Map<String, Double> options = new LinkedHashMap<>();
        options.put("lr", notNegative("lr", lr));
        options.put("rho", 0.9);
        options.put("eps", 1e-6);
        options.put("weight_decay", 0.0);
        return options;
    }

    /** The decay rate of both running means; default 0.9. */
    public Adadelta rho(double value) {
        option("rho", rate("rho", value));
        return this;
    }

    /** What keeps a divisor from 0; default 1e-6. */
    public Adadelta eps(double value) {
        option("eps", notNegative("eps", value));
        return this;
    }

    /** The factor of an L2 penalty's gradient; default 0. */
    public Adadelta weightDecay(double value) {
        option("weight_decay", notNegative("weightDecay", value));
        return this;
    }

    @Override
    protected void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        Tensor g = decayed(gradient, parameter, group.get("weight_decay"));
        double rho = group.get("rho");
        double eps = group.get("eps");
        Tensor square = state.zeros("square_avg", parameter).mul_(rho).addcmul_(g, g, 1 - rho);
        Tensor steps = state.zeros("acc_delta", parameter);
        Tensor delta = steps.add(eps).sqrt_().div_(square.add(eps).sqrt_()).mul_(g);
        steps.mul_(rho).addcmul_(delta, delta, 1 - rho);
        parameter.add_(delta, -group.lr());
    }
}
