package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * RAdam (Liu and others, 2020): {@link Adam} whose division by the second mean starts only when that has been seen often
 * enough to be trusted, and is rectified.
 */
public final class RAdam extends Optimizer {
    /** With learning rate 1e-3. */
    public RAdam(List<Tensor> parameters) {
        this(parameters, 1e-3);
    }

    /** With learning rate {@code lr}. */
    public RAdam(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public RAdam(double lr, List<ParameterGroup> groups) {
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
    public RAdam eps(double value) {
        option("eps", notNegative("eps", value));
        return this;
    }

    /** The factor of an L2 penalty's gradient; default 0. */
    public RAdam weightDecay(double value) {
        option("weight_decay", notNegative("weightDecay", value));
        return this;
    }

    @Override
    protected void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        Tensor g = decayed(gradient, parameter, group.get("weight_decay"));
        double beta1 = group.get("beta1");
        double beta2 = group.get("beta2");
        double step = state.step();
        Tensor mean = state.zeros("exp_avg", parameter).lerp_(g, 1 - beta1);
        Tensor square = state.zeros("exp_avg_sq", parameter).mul_(beta2).addcmul_(g, g, 1 - beta2);
        double size = group.lr() / (1 - Math.pow(beta1, step));
        double power = Math.pow(beta2, step);
        double longest = 2 / (1 - beta2) - 1; // the length of a simple average that varies as little, after many steps
        double length = longest - 2 * step * power / (1 - power);
        if (length > 5) {
            double rectification =
                    Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
            Tensor divisor = square.sqrt().add_(group.get("eps"));
            parameter.addcdiv_(mean, divisor, -size * rectification * Math.sqrt(1 - power));
        } else {
            parameter.add_(mean, -size);
        }
    }

    /** The decay rates of the running means of the gradient and of its square (or size); default 0.9 and 0.999. */
    public RAdam betas(double beta1, double beta2) {
        option("beta1", rate("beta1", beta1));
        option("beta2", rate("beta2", beta2));
        return this;
    }
}
