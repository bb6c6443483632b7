package io.gatun.nn;

import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;

/** Sets elements to zero with probability {@code p} and scales the others by 1 / (1 - p), in training mode only. */
public final class Dropout extends Module {
    private final double p;
    private final Generator generator;

    /** With probability 0.5. */
    public Dropout() {
        this(0.5);
    }

    /** With probability {@code p}, from 0 to 1. */
    public Dropout(double p) {
        this(p, Random.defaultGenerator());
    }

    /** With probability {@code p}, drawn from {@code generator}. */
    public Dropout(double p, Generator generator) {
        this.p = Activations.probability("Dropout", p);
        this.generator = generator;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.dropout(input, p, isTraining(), generator);
    }

    @Override
    protected String extraRepr() {
        return "p=" + p + ", inplace=False";
    }
}
