package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * What the layers of {@link TransformerEncoder} and {@link TransformerDecoder} share: parts, each with dropout behind it,
 * a sum with its input around it, and a layer normalisation after that or before the part.
 */
public abstract sealed class TransformerLayer extends Module permits TransformerEncoderLayer, TransformerDecoderLayer {
    final long dModel;
    final int nhead;
    final TransformerOptions options;

    TransformerLayer(long dModel, int nhead, TransformerOptions options) {
        this.dModel = dModel;
        this.nhead = nhead;
        this.options = options;
    }

    final Tensor part(Tensor x, LayerNorm norm, Dropout dropout, UnaryOperator<Tensor> part) {
        if (options.normFirst()) {
            return x.add(dropout.call(part.apply(norm.call(x))));
        }
        return norm.call(x.add(dropout.call(part.apply(x))));
    }

    /** This layer's parameters, dtype, device and mode in {@code fresh}. */
    final <L extends TransformerLayer> L copyTo(L fresh) {
        Tensor like = parameters().get(0);
        fresh.to(like.dtype()).to(like.device()).loadStateDict(stateDict());
        fresh.train(isTraining());
        return fresh;
    }
}
