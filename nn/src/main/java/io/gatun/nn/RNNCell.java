package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of an {@link RNN}. */
public final class RNNCell extends RecurrentCell {
    private final Nonlinearity nonlinearity;

    /** With biases and tanh. */
    public RNNCell(long inputSize, long hiddenSize) {
        this(inputSize, hiddenSize, true, Nonlinearity.TANH);
    }

    /** With biases or without, and this nonlinearity. */
    public RNNCell(long inputSize, long hiddenSize, boolean bias, Nonlinearity nonlinearity) {
        super(RecurrentStep.of(nonlinearity), inputSize, hiddenSize, bias);
        this.nonlinearity = nonlinearity;
    }

    /** The next h, (N, hidden) or (hidden), from x (N, input) or (input), and h or null for zeros. */
    public Tensor forward(Tensor input, @Nullable Tensor hidden) {
        return next(input, hidden, null).hidden();
    }

    /** {@link #forward(Tensor, Tensor)}, and the hooks around it. */
    public Tensor call(Tensor input, @Nullable Tensor hidden) {
        return hasHooks()
                ? hooked(Arrays.asList(input, hidden), x -> List.of(forward(x.get(0), x.get(1))))
                        .get(0)
                : forward(input, hidden);
    }

    @Override
    protected String extraRepr() {
        return super.extraRepr() + (nonlinearity == Nonlinearity.TANH ? "" : ", nonlinearity=relu");
    }
}
