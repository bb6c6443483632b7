package io.gatun.nn;

/**
 * What {@link RNN}, {@link GRU} and {@link LSTM} take as keyword arguments in PyTorch: an immutable value, whose methods
 * give changed copies.
 *
 * <pre>{@code
 * new LSTM(28, 64, RecurrentOptions.numLayers(2).batchFirst(true).dropout(0.1))
 * }</pre>
 *
 * @param numLayers how many layers are stacked, each on the outputs of the one before; default 1
 * @param bias whether there are biases; default true
 * @param batchFirst whether batched input and output are (N, L, ...) and not (L, N, ...); states are not changed by it;
 *     default false
 * @param dropout the probability of dropping an output of a layer but the last, in training; default 0
 * @param bidirectional whether a second layer beside each goes from the end to the start; default false
 */
public record RecurrentOptions(int numLayers, boolean bias, boolean batchFirst, double dropout, boolean bidirectional) {
    /** Refuses what is no number of layers and no probability. */
    public RecurrentOptions {
        if (numLayers < 1) {
            throw new IllegalArgumentException("numLayers is " + numLayers + "; it must be positive");
        }
        Activations.probability("RecurrentOptions", dropout);
    }

    /** So many layers; everything else at its default. */
    public static RecurrentOptions numLayers(int numLayers) {
        return new RecurrentOptions(numLayers, true, false, 0, false);
    }

    /** With biases or without. */
    public RecurrentOptions bias(boolean value) {
        return new RecurrentOptions(numLayers, value, batchFirst, dropout, bidirectional);
    }

    /** With the batch as the first dimension. */
    public RecurrentOptions batchFirst(boolean value) {
        return new RecurrentOptions(numLayers, bias, value, dropout, bidirectional);
    }

    /** With dropout between layers. */
    public RecurrentOptions dropout(double value) {
        return new RecurrentOptions(numLayers, bias, batchFirst, value, bidirectional);
    }

    /** In both directions. */
    public RecurrentOptions bidirectional(boolean value) {
        return new RecurrentOptions(numLayers, bias, batchFirst, dropout, value);
    }

    int directions() {
        return bidirectional ? 2 : 1;
    }
}
