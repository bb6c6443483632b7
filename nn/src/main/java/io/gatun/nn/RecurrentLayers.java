package io.gatun.nn;

import io.gatun.nn.RecurrentStep.State;
import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stack of recurrent layers, perhaps in both directions: what {@link RNN}, {@link GRU} and {@link LSTM} share.
 *
 * <p>Parameters of layer k: {@code weight_ih_lk} (gates hidden, input), {@code weight_hh_lk} (gates hidden, hidden), {@code
 * bias_ih_lk} and {@code bias_hh_lk} (gates hidden); {@code _reverse} is appended for the direction from the end. All are
 * at first uniform within 1 / sqrt(hidden).
 *
 * <p>What the weights make of the input is one matrix product for all steps; only the state's goes step by step.
 */
public abstract sealed class RecurrentLayers extends Module permits RNN, GRU, LSTM {
    private final RecurrentStep step;
    private final long inputSize;
    private final long hiddenSize;
    private final long projSize;
    private final RecurrentOptions options;
    private final List<RecurrentWeights> weights = new ArrayList<>();

    RecurrentLayers(RecurrentStep step, long inputSize, long hiddenSize, long projSize, RecurrentOptions options) {
        if (inputSize < 0 || hiddenSize < 1 || projSize < 0 || projSize >= hiddenSize) {
            throw new IllegalArgumentException(name() + ": input size " + inputSize + ", hidden size " + hiddenSize
                    + " and projection size " + projSize
                    + ": they must not be negative, the hidden size positive and the projection smaller than it");
        }
        this.step = step;
        this.inputSize = inputSize;
        this.hiddenSize = hiddenSize;
        this.projSize = projSize;
        this.options = options;
        long input = inputSize;
        for (int layer = 0; layer < options.numLayers(); layer++) {
            for (int direction = 0; direction < options.directions(); direction++) {
                String suffix = "_l" + layer + (direction == 1 ? "_reverse" : "");
                weights.add(RecurrentWeights.of(this, suffix, step, input, hiddenSize, projSize, options.bias()));
            }
            input = stateSize() * options.directions();
        }
    }

    private long stateSize() {
        return projSize > 0 ? projSize : hiddenSize;
    }

    /**
     * Every step's output of the last layer, the state at first being 0.
     *
     * @param input (L, N, input), (N, L, input) with batchFirst, or (L, input)
     * @throws ShapeException if the input has another shape, or no steps
     */
    @Override
    public final Tensor forward(Tensor input) {
        return run(input, null, null).output();
    }

    /** Outputs, and the states of all layers after the last step. */
    record Run(Tensor output, Tensor hidden, @Nullable Tensor cell) {}

    /** From these states, (layers D, N, size) or (layers D, size), zeros for null. */
    final Run run(Tensor input, @Nullable Tensor hidden, @Nullable Tensor cell) {
        boolean batched = input.dim() == 3;
        boolean swapped = batched && options.batchFirst();
        if (input.dim() < 2 || input.dim() > 3 || input.size(-1) != inputSize || input.size(swapped ? 1 : 0) == 0) {
            throw new ShapeException(name() + ": input " + input.shape() + " does not fit: expected "
                    + (options.batchFirst() ? "(N, L, " : "(L, N, ") + inputSize + ") or (L, " + inputSize
                    + ") with at least one step");
        }
        Tensor x = batched ? input : input.unsqueeze(1);
        x = swapped ? x.transpose(0, 1) : x;
        long batch = x.size(1);
        List<Tensor> hiddens = states("hidden state", hidden, input, batched, batch, stateSize());
        List<Tensor> cells =
                step == RecurrentStep.LSTM ? states("cell state", cell, input, batched, batch, hiddenSize) : null;
        List<State> last = new ArrayList<>();
        for (int layer = 0; layer < options.numLayers(); layer++) {
            if (layer > 0) {
                x = F.dropout(x, options.dropout(), isTraining());
            }
            List<Tensor> directions = new ArrayList<>();
            for (int direction = 0; direction < options.directions(); direction++) {
                int at = layer * options.directions() + direction;
                State first = new State(hiddens.get(at), cells == null ? null : cells.get(at));
                directions.add(steps(x, first, weights.get(at), direction == 1, last));
            }
            x = directions.size() == 1 ? directions.get(0) : Tensor.cat(directions, -1);
        }
        Tensor output = swapped ? x.transpose(0, 1) : x;
        Tensor lastHidden = Tensor.stack(last.stream().map(State::hidden).toList(), 0);
        Tensor lastCell = step == RecurrentStep.LSTM
                ? Tensor.stack(
                        last.stream()
                                .map(state -> Objects.requireNonNull(state.cell()))
                                .toList(),
                        0)
                : null;
        return batched
                ? new Run(output, lastHidden, lastCell)
                : new Run(output.squeeze(1), lastHidden.squeeze(1), lastCell == null ? null : lastCell.squeeze(1));
    }

    /** The states of one layer at every step of x (L, N, ...), in x's order; the last one taken goes into {@code last}. */
    private Tensor steps(Tensor x, State first, RecurrentWeights weights, boolean reverse, List<State> last) {
        Tensor cell = first.cell();
        DType dtype = weights.hh().dtype();
        if (cell == null
                || weights.hr() != null
                || x.dtype() != dtype
                || first.hidden().dtype() != dtype
                || cell.dtype() != dtype) {
            return step.steps(weights.ofInput(x), first, weights, reverse, last);
        }
        Tensor[] all = new LstmSteps(reverse)
                .applyAll(x, first.hidden(), cell, weights.ih(), weights.hh(), weights.bothBiases());
        last.add(new State(all[0].select(0, reverse ? 0 : -1), all[1]));
        return all[0];
    }

    private List<Tensor> states(
            String what, @Nullable Tensor given, Tensor input, boolean batched, long batch, long size) {
        long count = weights.size();
        Shape expected = batched ? Shape.of(count, batch, size) : Shape.of(count, size);
        if (given == null) {
            return Tensor.zeros(
                            Shape.of(count, batch, size), weights.get(0).ih().dtype(), input.device())
                    .unbind(0);
        }
        if (!given.shape().equals(expected)) {
            throw new ShapeException(
                    name() + ": the " + what + " " + given.shape() + " does not fit: expected " + expected);
        }
        return (batched ? given : given.unsqueeze(1)).unbind(0);
    }

    @Override
    protected String extraRepr() {
        StringBuilder out = new StringBuilder().append(inputSize).append(", ").append(hiddenSize);
        if (projSize != 0) {
            out.append(", proj_size=").append(projSize);
        }
        if (options.numLayers() != 1) {
            out.append(", num_layers=").append(options.numLayers());
        }
        if (!options.bias()) {
            out.append(", bias=False");
        }
        if (options.batchFirst()) {
            out.append(", batch_first=True");
        }
        if (options.dropout() != 0) {
            out.append(", dropout=").append(python(options.dropout()));
        }
        return options.bidirectional() ? out.append(", bidirectional=True").toString() : out.toString();
    }
}
