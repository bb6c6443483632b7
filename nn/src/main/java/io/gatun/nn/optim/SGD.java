package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent: {@code p -= lr * g}, with momentum {@code b = momentum * b + (1 - dampening) * g} in place of g,
 * or in Nesterov's form {@code g + momentum * b}. The first b is g itself.
 */
public final class SGD extends Optimizer {
    private static final String BUFFER = "momentum_buffer";
    private static final double NOTHING = -0.0; // which changes no number that is added, where 0 changes this one

    /** With learning rate 1e-3. */
    public SGD(List<Tensor> parameters) {
        this(parameters, 1e-3);
    }

    /** With learning rate {@code lr}. */
    public SGD(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public SGD(double lr, List<ParameterGroup> groups) {
        super(groups, defaults(lr));
    }

    private static Map<String, Double> defaults(double lr) {
        Map<String, Double> options = new LinkedHashMap<>();
        options.put("lr", notNegative("lr", lr));
        options.put("momentum", 0.0);
        options.put("dampening", 0.0);
        options.put("weight_decay", 0.0);
        options.put("nesterov", 0.0);
        return options;
    }

    /** The momentum factor; default 0. */
    public SGD momentum(double value) {
        option("momentum", notNegative("momentum", value));
        return this;
    }

    /** How much less of the gradient goes into the momentum; default 0. */
    public SGD dampening(double value) {
        option("dampening", value);
        return this;
    }

    /** The factor of an L2 penalty's gradient; default 0. */
    public SGD weightDecay(double value) {
        option("weight_decay", notNegative("weightDecay", value));
        return this;
    }

    /** Nesterov's momentum; it needs momentum and no dampening. */
    public SGD nesterov(boolean on) {
        option("nesterov", on ? 1 : 0);
        return this;
    }

    @Override
    protected void update(ParameterGroup group, State state, Tensor parameter, Tensor gradient) {
        double momentum = group.get("momentum");
        double dampening = group.get("dampening");
        boolean nesterov = group.isSet("nesterov");
        if (nesterov && (momentum <= 0 || dampening != 0)) {
            throw new IllegalArgumentException(
                    "SGD: nesterov needs a momentum above 0 and no dampening, not " + momentum + " and " + dampening);
        }
        double decay = group.get("weight_decay");
        if (momentum == 0) {
            state.take(new Op.GradientStep(decay, group.lr()), List.of(parameter), parameter, gradient);
            return;
        }
        Tensor known = state.get(BUFFER);
        Tensor buffer = known == null ? state.full(BUFFER, parameter, NOTHING) : known;
        double share = known == null ? 1 : 1 - dampening;
        var step = new Op.MomentumStep(momentum, share, decay, group.lr(), nesterov);
        state.take(step, List.of(parameter, buffer), parameter, gradient, buffer);
    }
}
