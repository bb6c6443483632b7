package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Long short-term memory: gates i, f, g, o, one under another in the weights, c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c');
 * see {@link RecurrentLayers}. With a projection, h' is multiplied by {@code weight_hr_lk} (proj, hidden): then h, the
 * output and {@code weight_hh_lk}'s columns have that size, and c keeps the hidden one.
 */
public final class LSTM extends RecurrentLayers {
    /**
     * What goes from step to step.
     *
     * @param hidden h, in PyTorch h_n or h_0
     * @param cell c, of the same shape but for a projection
     */
    public record State(Tensor hidden, Tensor cell) {
        /** An input and a state as operands that hooks see. */
        static List<Tensor> operands(Tensor input, @Nullable State state) {
            return Arrays.asList(input, state == null ? null : state.hidden(), state == null ? null : state.cell());
        }

        /** The state among these operands, if there is one. */
        static @Nullable State of(List<Tensor> operands) {
            return operands.get(1) == null ? null : new State(operands.get(1), operands.get(2));
        }
    }

    /**
     * What is computed.
     *
     * @param output the last layer's h at every step: (L, N, D size), (N, L, D size) with batchFirst, or (L, D size)
     * @param hidden every layer's h after its last step: (layers D, N, size) or (layers D, size)
     * @param cell every layer's c after its last step: (layers D, N, hidden) or (layers D, hidden)
     */
    public record Output(Tensor output, Tensor hidden, Tensor cell) {
        /** The last states, from which a next call may go on. */
        public State state() {
            return new State(hidden, cell);
        }
    }

    /** One layer. */
    public LSTM(long inputSize, long hiddenSize) {
        this(inputSize, hiddenSize, RecurrentOptions.numLayers(1));
    }

    /** With these options. */
    public LSTM(long inputSize, long hiddenSize, RecurrentOptions options) {
        this(inputSize, hiddenSize, 0, options);
    }

    /** With h projected to {@code projSize}, smaller than {@code hiddenSize}; 0 for none. */
    public LSTM(long inputSize, long hiddenSize, long projSize, RecurrentOptions options) {
        super(RecurrentStep.LSTM, inputSize, hiddenSize, projSize, options);
    }

    /**
     * Output and last states.
     *
     * @param input (L, N, input), (N, L, input) with batchFirst, or (L, input)
     * @param state the first states, of the shapes of the last ones; null for zeros
     * @throws io.gatun.tensor.ShapeException if one has another shape
     */
    public Output forward(Tensor input, @Nullable State state) {
        Run run = run(input, state == null ? null : state.hidden(), state == null ? null : state.cell());
        return new Output(run.output(), run.hidden(), Objects.requireNonNull(run.cell()));
    }

    /** {@link #forward(Tensor, State)}, and the hooks around it, which see the state's tensors one by one. */
    public Output call(Tensor input, @Nullable State state) {
        if (!hasHooks()) {
            return forward(input, state);
        }
        List<Tensor> results = hooked(State.operands(input, state), x -> {
            Output result = forward(x.get(0), State.of(x));
            return List.of(result.output(), result.hidden(), result.cell());
        });
        return new Output(results.get(0), results.get(1), results.get(2));
    }
}
