package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.List;
import java.util.Map;

/**
 * The step that {@link Adam} and {@link AdamW} share; they differ in what weight decay does.
 *
 * @param <S> the optimiser itself
 */
public abstract sealed class CapturableAdam<S extends CapturableAdam<S>> extends AdamLike<S> permits Adam, AdamW {
    private boolean capturable;

    CapturableAdam(double lr, double weightDecay, List<ParameterGroup> groups) {
        super(lr, weightDecay, Map.of("amsgrad", 0.0), groups);
    }

    /** Divide by the largest second mean so far; default off. */
    public final S amsgrad(boolean on) {
        option("amsgrad", on ? 1 : 0);
        return self();
    }

    /**
     * Count steps on the device, so that a step can be captured as a graph and replayed; default off, which spares the counting.
     * Up to rounding a step is the same. Where counting begins, with the first step or a loaded state, the host's count is taken
     * over.
     */
    public final S capturable(boolean on) {
        capturable = on;
        return self();
    }

    /** The factor of an L2 penalty's gradient. */
    abstract double penalty(ParameterGroup group);

    /** What a parameter is multiplied by before the step. */
    abstract double shrinkage(ParameterGroup group);

    @Override
    protected final void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        if (capturable) {
            stepOnDevice(group, state, parameter, gradient, penalty(group), shrinkage(group));
        } else {
            step(group, state, parameter, gradient, penalty(group), shrinkage(group));
        }
    }

    /**
     * One step.
     *
     * @param decay the factor of an L2 penalty's gradient
     * @param shrink what the parameter is multiplied by first
     */
    private static void step(
            ParameterGroup group, State state, Tensor parameter, Tensor gradient, double decay, double shrink) {
        double number = state.step();
        Tensor mean = state.zeros("exp_avg", parameter);
        if (!group.isSet("amsgrad")) {
            Tensor square = state.zeros("exp_avg_sq", parameter);
            Op.AdamStep step = counted(group, decay, shrink).at(number);
            state.take(step, List.of(parameter, mean, square), parameter, gradient, mean, square);
            return;
        }
        double rate = group.lr() / (1 - Math.pow(group.get("beta1"), number));
        double correction = Math.sqrt(1 - Math.pow(group.get("beta2"), number));
        Tensor down = decayed(gradient, parameter, decay);
        Tensor root = means(group, state, parameter, down).sqrt();
        parameter.mul_(shrink).addcdiv_(mean, root.div_(correction).add_(group.get("eps")), -rate);
    }

    /** The same with a step that is counted on the device, for {@link #capturable}. */
    private static void stepOnDevice(
            ParameterGroup group, State state, Tensor parameter, Tensor gradient, double decay, double shrink) {
        Tensor mean = state.zeros("exp_avg", parameter);
        if (!group.isSet("amsgrad")) {
            Tensor square = state.zeros("exp_avg_sq", parameter);
            Tensor taken = state.takenOnDevice(parameter);
            List<Tensor> targets = List.of(parameter, mean, square, taken);
            state.take(counted(group, decay, shrink), targets, parameter, gradient, mean, square, taken);
            return;
        }
        Tensor step = state.stepOnDevice(parameter);
        Tensor rate = rest(group.get("beta1"), step).reciprocal_().mul_(group.lr());
        Tensor correction = rest(group.get("beta2"), step).sqrt_();
        Tensor down = decayed(gradient, parameter, decay);
        Tensor root = means(group, state, parameter, down).sqrt();
        Tensor change = mean.div(root.div_(correction).add_(group.get("eps")));
        parameter.mul_(shrink).sub_(change.mul_(rate));
    }

    private static Op.CountedAdamStep counted(ParameterGroup group, double decay, double shrink) {
        return new Op.CountedAdamStep(
                group.get("beta1"), group.get("beta2"), group.get("eps"), decay, shrink, group.lr());
    }

    /** {@code 1 - beta^step}. */
    private static Tensor rest(double beta, Tensor step) {
        return Tensor.fullLike(step, beta).pow_(step).neg_().add_(1);
    }

    /** Moves the running means, and gives the one of squares that divides. */
    private static Tensor means(ParameterGroup group, State state, Tensor parameter, Tensor down) {
        double beta1 = group.get("beta1");
        double beta2 = group.get("beta2");
        state.zeros("exp_avg", parameter).lerp_(down, 1 - beta1);
        Tensor square = state.zeros("exp_avg_sq", parameter).mul_(beta2).addcmul_(down, down, 1 - beta2);
        return group.isSet("amsgrad") ? state.zeros("max_exp_avg_sq", parameter).maximum_(square) : square;
    }
}
