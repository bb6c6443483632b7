package io.gatun.nn;

import static io.gatun.tensor.Index.at;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;

/**
 * A vector for each of {@code numEmbeddings} numbers: indices of any shape S to (S, dim). Parameter: {@code weight}
 * (numEmbeddings, dim), at first standard normal; a padding number's vector is zeros, and does not learn.
 */
public final class Embedding extends Module {
    private final Tensor weight;
    private final long paddingIdx;

    /** With random vectors. */
    public Embedding(long numEmbeddings, long embeddingDim) {
        this(Init.normal_(Tensor.empty(numEmbeddings, embeddingDim), 0, 1));
    }

    /**
     * With random vectors, and zeros for {@code paddingIdx}, which counts from the end if it is negative.
     *
     * @throws TensorIndexException if there is no such number
     */
    public Embedding(long numEmbeddings, long embeddingDim, long paddingIdx) {
        this(Init.normal_(Tensor.empty(numEmbeddings, embeddingDim), 0, 1), paddingIdx);
        weight.detach().get(at(this.paddingIdx)).zero_();
    }

    /** With these vectors, (numEmbeddings, dim), which go on learning. */
    public Embedding(Tensor weight) {
        this.weight = registerParameter("weight", weight);
        this.paddingIdx = -1;
    }

    /**
     * With these vectors, (numEmbeddings, dim), which go on learning but that of {@code paddingIdx}.
     *
     * @throws TensorIndexException if there is no such number
     */
    public Embedding(Tensor weight, long paddingIdx) {
        long count = weight.size(0);
        if (paddingIdx < -count || paddingIdx >= count) {
            throw new TensorIndexException(
                    "Embedding: the padding number " + paddingIdx + " is out of range for " + count + " vectors");
        }
        this.weight = registerParameter("weight", weight);
        this.paddingIdx = paddingIdx < 0 ? paddingIdx + count : paddingIdx;
    }

    @Override
    public Tensor forward(Tensor input) {
        return paddingIdx < 0 ? F.embedding(input, weight) : F.embedding(input, weight, paddingIdx);
    }

    /** The vectors, (numEmbeddings, dim). */
    public Tensor weight() {
        return weight;
    }

    @Override
    protected String extraRepr() {
        return weight.size(0) + ", " + weight.size(1) + (paddingIdx < 0 ? "" : ", padding_idx=" + paddingIdx);
    }
}
