package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of each kind of recurrence, from what the weights make of the input, (..., gates hidden), and the state. */
enum RecurrentStep {
    /** h' = tanh(x + W h). */
    TANH(1),
    /** h' = relu(x + W h). */
    RELU(1),
    /**
     * Cho and others, 2014, in the variant of cuDNN, which resets what the weights made of the state: r = σ(x_r + W_r h), z =
     * σ(x_z + W_z h), n = tanh(x_n + r (W_n h + b_n)), h' = (1 - z) n + z h.
     */
    GRU(3),
    /**
     * Hochreiter and Schmidhuber, 1997, with the forget gate of Gers and others, 2000: gates i, f, g, o in this order, c' =
     * σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c'), which a projection may make smaller.
     */
    LSTM(4);

    /** What goes from step to step: h, (..., hidden or projection), and of an LSTM c, (..., hidden). */
    record State(Tensor hidden, @Nullable Tensor cell) {}

    private final int gates;

    RecurrentStep(int gates) {
        this.gates = gates;
    }

    /** How many times the hidden size the weights give. */
    int gates() {
        return gates;
    }

    static RecurrentStep of(Nonlinearity nonlinearity) {
        return nonlinearity == Nonlinearity.TANH ? TANH : RELU;
    }

    /**
     * The states at every step, from what the weights make of the input (L, N, gates hidden), in its order; the last one taken
     * goes into {@code last}.
     */
    Tensor steps(Tensor x, State first, RecurrentWeights weights, boolean reverse, List<State> last) {
        List<Tensor> each = x.unbind(0);
        Tensor[] outputs = new Tensor[each.size()];
        State state = first;
        for (int i = 0; i < outputs.length; i++) {
            int at = reverse ? outputs.length - 1 - i : i;
            state = apply(each.get(at), state, weights);
            outputs[at] = state.hidden();
        }
        last.add(state);
        return Tensor.stack(List.of(outputs), 0);
    }

    State apply(Tensor x, State state, RecurrentWeights weights) {
        return switch (this) {
            case TANH -> new State(x.add(weights.ofState(state.hidden())).tanh(), null);
            case RELU -> new State(x.add(weights.ofState(state.hidden())).relu(), null);
            case GRU -> gru(x, state.hidden(), weights);
            case LSTM -> lstm(x, state, weights);
        };
    }

    private static State gru(Tensor x, Tensor hidden, RecurrentWeights weights) {
        List<Tensor> ofInput = x.chunk(3, -1);
        List<Tensor> ofState = weights.ofState(hidden).chunk(3, -1);
        Tensor reset = ofInput.get(0).add(ofState.get(0)).sigmoid();
        Tensor keep = ofInput.get(1).add(ofState.get(1)).sigmoid();
        Tensor fresh = ofInput.get(2).add(reset.mul(ofState.get(2))).tanh();
        return new State(fresh.add(keep.mul(hidden.sub(fresh))), null);
    }

    private static State lstm(Tensor x, State state, RecurrentWeights weights) {
        List<Tensor> gates = x.add(weights.ofState(state.hidden())).chunk(4, -1);
        Tensor cell = java.util.Objects.requireNonNull(state.cell());
        Tensor next = gates.get(1)
                .sigmoid()
                .mul(cell)
                .add(gates.get(0).sigmoid().mul(gates.get(2).tanh()));
        Tensor hidden = gates.get(3).sigmoid().mul(next.tanh());
        return new State(weights.projected(hidden), next);
    }
}
