package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;

/** The step that {@link Adam} and {@link AdamW} share; they differ in what weight decay does. */
final class AdamRule {
    private AdamRule() {}

    static void step(ParameterGroup group, Optimizer.State state, Tensor parameter, Tensor gradient) {
        double beta1 = group.get("beta1");
        double beta2 = group.get("beta2");
        Tensor mean = state.zeros("exp_avg", parameter).lerp_(gradient, 1 - beta1);
        Tensor square = state.zeros("exp_avg_sq", parameter).mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        if (group.isSet("amsgrad")) {
            square = state.zeros("max_exp_avg_sq", parameter).maximum_(square);
        }
        double correction1 = 1 - Math.pow(beta1, state.step());
        double correction2 = 1 - Math.pow(beta2, state.step());
        Tensor divisor = square.sqrt().div_(Math.sqrt(correction2)).add_(group.get("eps"));
        parameter.addcdiv_(mean, divisor, -group.lr() / correction1);
    }
}
