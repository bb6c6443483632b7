package io.gatun.nn;

import io.gatun.tensor.Tensor;

/**
 * A vector for each of {@code numEmbeddings} numbers: indices of any shape S to (S, dim). Parameter: {@code weight}
 * (numEmbeddings, dim), at first standard normal.
 */
public final class Embedding extends Module {
    private final Tensor weight;

    /** With random vectors. */
    public Embedding(long numEmbeddings, long embeddingDim) {
        this(Init.normal_(Tensor.empty(numEmbeddings, embeddingDim), 0, 1));
    }

    /** With these vectors, (numEmbeddings, dim), which go on learning. */
    public Embedding(Tensor weight) {
        this.weight = registerParameter("weight", weight);
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.embedding(input, weight);
    }

    /** The vectors, (numEmbeddings, dim). */
    public Tensor weight() {
        return weight;
    }

    @Override
    protected String extraRepr() {
        return weight.size(0) + ", " + weight.size(1);
    }
}
