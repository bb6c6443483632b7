package io.gatun.nn;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** One step of a {@link GRU}. */
public final class GRUCell extends RecurrentCell {
    /** With biases. */
    public GRUCell(long inputSize, long hiddenSize) {
        this(inputSize, hiddenSize, true);
    }

    /** With biases or without. */
    public GRUCell(long inputSize, long hiddenSize, boolean bias) {
        super(RecurrentStep.GRU, inputSize, hiddenSize, bias);
    }

    /** The next h, (N, hidden) or (hidden), from x (N, input) or (input), and h or null for zeros. */
    public Tensor forward(Tensor input, @Nullable Tensor hidden) {
        return next(input, hidden, null).hidden();
    }
}
