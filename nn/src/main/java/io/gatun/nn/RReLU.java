package io.gatun.nn;

import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;

/** x where positive, else x times a slope drawn at random in training; see {@link F#rrelu(Tensor, double, double, boolean)}. */
public final class RReLU extends Module {
    private final double lower;
    private final double upper;
    private final Generator generator;

    /** With slopes from 1/8 to 1/3. */
    public RReLU() {
        this(1.0 / 8, 1.0 / 3);
    }

    /** With slopes from {@code lower} to {@code upper}. */
    public RReLU(double lower, double upper) {
        this(lower, upper, Random.defaultGenerator());
    }

    /** With slopes from {@code lower} to {@code upper}, drawn from {@code generator}. */
    public RReLU(double lower, double upper, Generator generator) {
        this.lower = lower;
        this.upper = upper;
        this.generator = generator;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.rrelu(input, lower, upper, isTraining(), generator);
    }

    @Override
    protected String extraRepr() {
        return "lower=" + python(lower) + ", upper=" + python(upper);
    }
}
