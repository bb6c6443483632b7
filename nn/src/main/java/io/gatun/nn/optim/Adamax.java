package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Adamax (Kingma and Ba, 2015): {@link Adam} with the decaying largest size of the gradient in place of the root of its
 * mean square.
 */
public final class Adamax extends AdamLike<Adamax> {
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
        super(lr, 0, Map.of(), groups);
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
}
