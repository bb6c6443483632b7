package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adagrad (Duchi and others, 2011): the gradient divided by the root of the sum of all its squares so far.
 */
public final class Adagrad extends Optimizer {
    /** With learning rate 1e-2. */
    public Adagrad(List<Tensor> parameters) {
        this(parameters, 1e-2);
    }

    /** With learning rate {@code lr}. */
    public Adagrad(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public Adagrad(double lr, List<ParameterGroup> groups) {
        super(groups, defaults(lr));
    }

    private static Map<String, Double> defaults(double lr) {
        Map<String, Double> options = new LinkedHashMap<>();
        options.put("lr", notNegative("lr", lr));
        options.put("lr_decay", 0.0);
        options.put("weight_decay", 0.0);
        options.put("initial_accumulator_value", 0.0);
        options.put("eps", 1e-10);
        return options;
    }

    /** The learning rate is divided by 1 + lrDecay times the steps before; default 0. */
    public Adagrad lrDecay(double value) {
        option("lr_decay", notNegative("lrDecay", value));
        return this;
    }

    /** The factor of an L2 penalty's gradient; default 0. */
    public Adagrad weightDecay(double value) {
        option("weight_decay", notNegative("weightDecay", value));
        return this;
    }

    /** Where the sum starts; default 0. */
    public Adagrad initialAccumulatorValue(double value) {
        option("initial_accumulator_value", notNegative("initialAccumulatorValue", value));
        return this;
    }

    /** What keeps a divisor from 0; default 1e-10. */
    public Adagrad eps(double value) {
        option("eps", notNegative("eps", value));
        return this;
    }

    @Override
    protected void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        Tensor g = decayed(gradient, parameter, group.get("weight_decay"));
        double lr = group.lr() / (1 + (state.step() - 1) * group.get("lr_decay"));
        Tensor sum = state.full("sum", parameter, group.get("initial_accumulator_value"))
                .addcmul_(g, g, 1);
        parameter.addcdiv_(g, sum.sqrt().add_(group.get("eps")), -lr);
    }
}
