package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** x where positive, else a learned weight times x. Parameter: {@code weight} (1), or (C) for one a channel of (N, C, ...). */
public final class PReLU extends Module {
    private final Tensor weight;

    /** One weight, at first 0.25. */
    public PReLU() {
        this(1, 0.25);
    }

    /** So many weights, 1 or the number of channels, at first {@code init}. */
    public PReLU(long numParameters, double init) {
        weight = registerParameter("weight", Init.constant_(Tensor.empty(numParameters), init));
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.prelu(input, weight);
    }

    /** The weight, (1) or (C). */
    public Tensor weight() {
        return weight;
    }

    @Override
    protected String extraRepr() {
        return "num_parameters=" + weight.size(0);
    }
}
