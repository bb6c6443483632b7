package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * NAdam (Dozat, 2016): {@link Adam} with Nesterov's momentum, whose factor grows by a schedule; exactly
 * as PyTorch 1.13, which differs from later versions in the fourth digit of a step.
 */
public final class NAdam extends AdamLike<NAdam> {
    /** With learning rate 2e-3. */
    public NAdam(List<Tensor> parameters) {
        this(parameters, 2e-3);
    }

    /** With learning rate {@code lr}. */
    public NAdam(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public NAdam(double lr, List<ParameterGroup> groups) {
        super(lr, 0, Map.of("momentum_decay", 4e-3), groups);
    }

    /** How fast the momentum's factor grows; default 4e-3. */
    public NAdam momentumDecay(double value) {
        option("momentum_decay", notNegative("momentumDecay", value));
        return this;
    }

    @Override
    Set<String> numbers() {
        return Set.of("mu_product");
    }

    @Override
    protected void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        Tensor g = decayed(gradient, parameter, group.get("weight_decay"));
        double beta1 = group.get("beta1");
        double beta2 = group.get("beta2");
        double decay = group.get("momentum_decay");
        double step = state.step();
        double mu = beta1 * (1 - 0.5 * Math.pow(0.96, step * decay));
        double nextMu = beta1 * (1 - 0.5 * Math.pow(0.96, (step + 1) * decay));
        double muProduct = state.number("mu_product", 1) * mu;
        state.put("mu_product", muProduct);
        Tensor mean = state.zeros("exp_avg", parameter).lerp_(g, 1 - beta1);
        Tensor square = state.zeros("exp_avg_sq", parameter).mul_(beta2).addcmul_(g, g, 1 - beta2);
        Tensor divisor = square.div(1 - Math.pow(beta2, step)).sqrt_().add_(group.get("eps"));
        parameter.addcdiv_(g, divisor, -group.lr() * (1 - mu) / (1 - muProduct));
        // PyTorch 1.13 multiplies by mu once more than the paper (2.0 no longer does); the golden data are 1.13's
        parameter.addcdiv_(mean, divisor, -group.lr() * nextMu / (1 - muProduct * mu * nextMu));
    }
}
