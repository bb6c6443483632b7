package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gated recurrent units: r = σ(W_ir x + b_ir + W_hr h + b_hr), z likewise, n = tanh(W_in x + b_in + r (W_hn h + b_hn)), h' = (1
 * - z) n + z h; the three gates r, z, n lie one under another in the weights, see {@link RecurrentLayers}.
 */
public final class GRU extends RecurrentLayers {
    /** One layer. */
    public GRU(long inputSize, long hiddenSize) {
        this(inputSize, hiddenSize, RecurrentOptions.numLayers(1));
    }

    /** With these options. */
    public GRU(long inputSize, long hiddenSize, RecurrentOptions options) {
        super(RecurrentStep.GRU, inputSize, hiddenSize, 0, options);
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
