package io.gatun.nn;

import io.gatun.nn.RecurrentStep.State;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One step of a recurrent layer, for loops of one's own: what {@link RNNCell}, {@link GRUCell} and {@link LSTMCell} share.
 * Parameters: {@code weight_ih} (gates hidden, input), {@code weight_hh} (gates hidden, hidden), {@code bias_ih} and {@code
 * bias_hh} (gates hidden), all at first uniform within 1 / sqrt(hidden).
 */
public abstract sealed class RecurrentCell extends Module permits RNNCell, GRUCell, LSTMCell {
    private final RecurrentStep step;
    private final long inputSize;
    private final long hiddenSize;
    private final RecurrentWeights weights;

    RecurrentCell(RecurrentStep step, long inputSize, long hiddenSize, boolean bias) {
        this.step = step;
        this.inputSize = inputSize;
        this.hiddenSize = hiddenSize;
        weights = RecurrentWeights.of(this, "", step, inputSize, hiddenSize, 0, bias);
    }

    /** The next h from x (N, input) or (input), the state being 0. */
    @Override
    public final Tensor forward(Tensor input) {
        return next(input, null, null).hidden();
    }

    final State next(Tensor input, @Nullable Tensor hidden, @Nullable Tensor cell) {
        if (input.dim() < 1 || input.dim() > 2 || input.size(-1) != inputSize) {
            throw new ShapeException(name() + ": input " + input.shape() + " does not fit: expected (N, " + inputSize
                    + ") or (" + inputSize + ")");
        }
        State state = new State(
                state("hidden state", hidden, input),
                step == RecurrentStep.LSTM ? state("cell state", cell, input) : null);
        return step.apply(weights.ofInput(input), state, weights);
    }

    private Tensor state(String what, @Nullable Tensor given, Tensor input) {
        Shape expected = input.shape().slice(0, input.dim() - 1).concat(Shape.of(hiddenSize));
        if (given == null) {
            return Tensor.zeros(expected, weights.ih().dtype(), input.device());
        }
        if (!given.shape().equals(expected)) {
            throw new ShapeException(
                    name() + ": the " + what + " " + given.shape() + " does not fit: expected " + expected);
        }
        return given;
    }

    @Override
    protected String extraRepr() {
        return inputSize + ", " + hiddenSize + (weights.biasIh() == null ? ", bias=False" : "");
    }
}
