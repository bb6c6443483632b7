package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Elman's network (1990): h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu; one gate, see {@link RecurrentLayers}. */
public final class RNN extends RecurrentLayers {
    /** One layer, tanh. */
    public RNN(long inputSize, long hiddenSize) {
        this(inputSize, hiddenSize, RecurrentOptions.numLayers(1));
    }

    /** With tanh. */
    public RNN(long inputSize, long hiddenSize, RecurrentOptions options) {
        this(inputSize, hiddenSize, Nonlinearity.TANH, options);
    }

    /** With this nonlinearity. */
    public RNN(long inputSize, long hiddenSize, Nonlinearity nonlinearity, RecurrentOptions options) {
        super(RecurrentStep.of(nonlinearity), inputSize, hiddenSize, 0, options);
    }

    /**
     * Output and last states.
     *
     * @param input (L, N, input), (N, L, input) with batchFirst, or (L, input)
     * @param hidden the first states, (layers D, N, hidden) or (layers D, hidden); null for zeros
     * @throws io.gatun.tensor.ShapeException if one has another shape
     */
    public Recurrent forward(Tensor input, @Nullable Tensor hidden) {
        Run run = run(input, hidden, null);
        return new Recurrent(run.output(), run.hidden());
    }

    /** {@link #forward(Tensor, Tensor)}, and the hooks around it. */
    public Recurrent call(Tensor input, @Nullable Tensor hidden) {
        return hasHooks()
                ? Recurrent.of(hooked(
                        Arrays.asList(input, hidden),
                        x -> forward(x.get(0), x.get(1)).tensors()))
                : forward(input, hidden);
    }
}
