package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.List;

/** The step that {@link Adam} and {@link AdamW} share; they differ in what weight decay does. */
final class AdamRule {
    private AdamRule() {}

    /**
     * One step.
     *
     * @param decay the factor of an L2 penalty's gradient
     * @param shrink what the parameter is multiplied by first
     */
    static void step(
            ParameterGroup group,
            Optimizer.State state,
            Tensor parameter,
            Tensor gradient,
            double decay,
            double shrink) {
        double beta1 = group.get("beta1");
        double beta2 = group.get("beta2");
        double eps = group.get("eps");
        double rate = group.lr() / (1 - Math.pow(beta1, state.step()));
        double correction = Math.sqrt(1 - Math.pow(beta2, state.step()));
        Tensor mean = state.zeros("exp_avg", parameter);
        Tensor square = state.zeros("exp_avg_sq", parameter);
        if (!group.isSet("amsgrad")) {
            var step = new Op.AdamStep(beta1, beta2, eps, decay, shrink, rate, 1 / correction);
            state.take(step, List.of(parameter, mean, square), parameter, gradient, mean, square);
            return;
        }
        Tensor down = Optimizer.decayed(gradient, parameter, decay);
        mean.lerp_(down, 1 - beta1);
        square.mul_(beta2).addcmul_(down, down, 1 - beta2);
        Tensor largest = state.zeros("max_exp_avg_sq", parameter).maximum_(square);
        Tensor divisor = largest.sqrt().div_(correction).add_(eps);
        parameter.mul_(shrink).addcdiv_(mean, divisor, -rate);
    }
}
