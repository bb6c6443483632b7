package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * RAdam (Liu and others, 2020): {@link Adam} whose division by the second mean starts only when that has been seen often
 * enough to be trusted, and is rectified.
 */
public final class RAdam extends AdamLike<RAdam> {
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
        super(lr, 0, Map.of(), groups);
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
}
