package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * RMSprop (Hinton): the gradient divided by the root of the running mean of its square; {@code centered} subtracts the
 * squared running mean of the gradient first.
 */
public final class RMSprop extends Optimizer {
    /** With learning rate 1e-2. */
    public RMSprop(List<Tensor> parameters) {
        this(parameters, 1e-2);
    }

    /** With learning rate {@code lr}. */
    public RMSprop(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public RMSprop(double lr, List<ParameterGroup> groups) {
        super(groups, defaults(lr));
    }

    private static Map<String, Double> defaults(double lr) {
        Map<String, Double> options = new LinkedHashMap<>();
        options.put("lr", notNegative("lr", lr));
        options.put("alpha", 0.99);
        options.put("eps", 1e-8);
        options.put("weight_decay", 0.0);
        options.put("momentum", 0.0);
        options.put("centered", 0.0);
        return options;
    }

    /** The decay rate of the running mean; default 0.99. */
    public RMSprop alpha(double value) {
        option("alpha", notNegative("alpha", value));
        return this;
    }

    /** What keeps a divisor from 0; default 1e-8. */
    public RMSprop eps(double value) {
        option("eps", notNegative("eps", value));
        return this;
    }

    /** The factor of an L2 penalty's gradient; default 0. */
    public RMSprop weightDecay(double value) {
        option("weight_decay", notNegative("weightDecay", value));
        return this;
    }

    /** The momentum factor; default 0. */
    public RMSprop momentum(double value) {
        option("momentum", notNegative("momentum", value));
        return this;
    }

    /** Divide by an estimate of the deviation; default off. */
    public RMSprop centered(boolean on) {
        option("centered", on ? 1 : 0);
        return this;
    }

    @Override
    protected void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        Tensor g = decayed(gradient, parameter, group.get("weight_decay"));
        double alpha = group.get("alpha");
        Tensor square = state.zeros("square_avg", parameter).mul_(alpha).addcmul_(g, g, 1 - alpha);
        Tensor divisor;
        if (group.isSet("centered")) {
            Tensor mean = state.zeros("grad_avg", parameter).mul_(alpha).add_(g, 1 - alpha);
            divisor = square.sub(mean.square()).sqrt_();
        } else {
            divisor = square.sqrt();
        }
        divisor.add_(group.get("eps"));
        double momentum = group.get("momentum");
        if (momentum > 0) {
            Tensor buffer =
                    state.zeros("momentum_buffer", parameter).mul_(momentum).addcdiv_(g, divisor, 1);
            parameter.add_(buffer, -group.lr());
        } else {
            parameter.addcdiv_(g, divisor, -group.lr());
        }
    }
}
