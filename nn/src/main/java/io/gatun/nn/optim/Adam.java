package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.List;

/**
 * Adam (Kingma and Ba, 2015): steps along the running mean of the gradient, divided by the root of the running mean of
 * its square, both corrected for their start at 0. With {@code amsgrad} (Reddi and others, 2018) the largest second mean
 * so far divides.
 */
public final class Adam extends CapturableAdam<Adam> {
    /** With learning rate 1e-3. */
    public Adam(List<Tensor> parameters) {
        this(parameters, 1e-3);
    }

    /** With learning rate {@code lr}. */
    public Adam(List<Tensor> parameters, double lr) {
        this(lr, List.of(ParameterGroup.of(parameters)));
    }

    /** For groups of parameters, with learning rate {@code lr} where a group sets none. */
    public Adam(double lr, List<ParameterGroup> groups) {
        super(lr, 0, groups);
    }

    @Override
    double penalty(ParameterGroup group) {
        return group.get("weight_decay");
    }

    @Override
    double shrinkage(ParameterGroup group) {
        return 1;
    }
}
