package io.gatun.nn;

import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * What {@link Transformer} and its layers take as keyword arguments in PyTorch: an immutable value, whose methods give
 * changed copies.
 *
 * <pre>{@code
 * new TransformerEncoderLayer(512, 8, TransformerOptions.defaults().activation(F::gelu).batchFirst(true))
 * }</pre>
 *
 * @param dimFeedforward the width inside the feed-forward part; default 2048
 * @param dropout the probability of dropping an element, in training; default 0.1
 * @param activation what stands between the feed-forward part's two layers; default {@code F::relu}
 * @param layerNormEps the eps of layer normalisation; default 1e-5
 * @param batchFirst whether sequences are (N, L, E) and not (L, N, E); default false
 * @param normFirst whether each part is normalised before it, and not after it and its sum with the input; default false
 */
public record TransformerOptions(
        long dimFeedforward,
        double dropout,
        UnaryOperator<Tensor> activation,
        double layerNormEps,
        boolean batchFirst,
        boolean normFirst) {
    /** PyTorch's. */
    public static TransformerOptions defaults() {
        return new TransformerOptions(2048, 0.1, F::relu, 1e-5, false, false);
    }

    /** With this width inside. */
    public TransformerOptions dimFeedforward(long value) {
        return new TransformerOptions(value, dropout, activation, layerNormEps, batchFirst, normFirst);
    }

    /** With this probability of dropping an element. */
    public TransformerOptions dropout(double value) {
        return new TransformerOptions(dimFeedforward, value, activation, layerNormEps, batchFirst, normFirst);
    }

    /** With this activation. */
    public TransformerOptions activation(UnaryOperator<Tensor> value) {
        return new TransformerOptions(dimFeedforward, dropout, value, layerNormEps, batchFirst, normFirst);
    }

    /** With this eps. */
    public TransformerOptions layerNormEps(double value) {
        return new TransformerOptions(dimFeedforward, dropout, activation, value, batchFirst, normFirst);
    }

    /** With the batch as the first dimension. */
    public TransformerOptions batchFirst(boolean value) {
        return new TransformerOptions(dimFeedforward, dropout, activation, layerNormEps, value, normFirst);
    }

    /** Normalised before each part. */
    public TransformerOptions normFirst(boolean value) {
        return new TransformerOptions(dimFeedforward, dropout, activation, layerNormEps, batchFirst, value);
    }

    MultiheadAttention attention(long dModel, int nhead) {
        return new MultiheadAttention(
                dModel,
                nhead,
                MultiheadAttention.Options.defaults().dropout(dropout).batchFirst(batchFirst));
    }

    LayerNorm norm(long dModel) {
        return new LayerNorm(Shape.of(dModel), layerNormEps, true);
    }
}
