package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.List;

/**
 * {@link Adam} with decoupled weight decay (Loshchilov and Hutter, 2019): the parameter shrinks by {@code lr * weightDecay}
 * before the step, whatever the gradient's size. The default weight decay is 0.01.
 */
public final class AdamW extends CapturableAdam<AdamW> {
    /** With learning rate 1e-3. */
    public AdamW(List<Tensor> parameters) {
        this(parameters, 1e-3);
    }

    /** With learning rate {@code lr}. */
    public AdamW(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public AdamW(double lr, List<ParameterGroup> groups) {
        super(lr, 0.01, groups);
    }

    @Override
    double penalty(ParameterGroup group) {
        return 0;
    }

    @Override
    double shrinkage(ParameterGroup group) {
        return 1 - group.lr() * group.get("weight_decay");
    }
}
