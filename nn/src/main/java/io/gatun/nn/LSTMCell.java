package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One step of an {@link LSTM}. */
public final class LSTMCell extends RecurrentCell {
    /** With biases. */
    public LSTMCell(long inputSize, long hiddenSize) {
        this(inputSize, hiddenSize, true);
    }

    /** With biases or without. */
    public LSTMCell(long inputSize, long hiddenSize, boolean bias) {
        super(RecurrentStep.LSTM, inputSize, hiddenSize, bias);
    }

    /** The next h and c, each (N, hidden) or (hidden), from x (N, input) or (input), and a state or null for zeros. */
    public LSTM.State forward(Tensor input, LSTM.@Nullable State state) {
        RecurrentStep.State next =
                next(input, state == null ? null : state.hidden(), state == null ? null : state.cell());
        return new LSTM.State(next.hidden(), Objects.requireNonNull(next.cell()));
    }

    /** {@link #forward(Tensor, LSTM.State)}, and the hooks around it, which see the state's tensors one by one. */
    public LSTM.State call(Tensor input, LSTM.@Nullable State state) {
        if (!hasHooks()) {
            return forward(input, state);
        }
        List<Tensor> results = hooked(LSTM.State.operands(input, state), x -> {
            LSTM.State next = forward(x.get(0), LSTM.State.of(x));
            return List.of(next.hidden(), next.cell());
        });
        return new LSTM.State(results.get(0), results.get(1));
    }
}
