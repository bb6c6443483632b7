package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
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

    /** {@link #forward(Tensor, Tensor)}, and the hooks around it. */
    public Tensor call(Tensor input, @Nullable Tensor hidden) {
        return hasHooks()
                ? hooked(Arrays.asList(input, hidden), x -> List.of(forward(x.get(0), x.get(1))))
                        .get(0)
                : forward(input, hidden);
    }
}
