package io.gatun.nn;

import static io.gatun.tensor.Index.at;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import org.jspecify.annotations.Nullable;

/**
 * A vector for each of {@code numEmbeddings} numbers: indices of any shape S to (S, dim). Parameter: {@code weight}
 * (numEmbeddings, dim), at first standard normal; a padding number's vector is zeros, and does not learn.
 *
 * <p>With {@code maxNorm}, {@link #forward} first scales the vectors that it looks up down to that norm, in the weight itself:
 * whoever uses the weight otherwise in the same graph uses a {@code clone()} of it.
 */
public final class Embedding extends Module {
    private final Tensor weight;
    private final @Nullable Long paddingIdx;
    private final @Nullable Double maxNorm;
    private final double normType;
    private final boolean scaleGradByFreq;

    /** With random vectors. */
    public Embedding(long numEmbeddings, long embeddingDim) {
        this(numEmbeddings, embeddingDim, null, null, 2, false);
    }

    /**
     * With random vectors, and zeros for {@code paddingIdx}, which counts from the end if it is negative.
     *
     * @throws TensorIndexException if there is no such number
     */
    public Embedding(long numEmbeddings, long embeddingDim, long paddingIdx) {
        this(numEmbeddings, embeddingDim, paddingIdx, null, 2, false);
    }

    /**
     * With random vectors, and what else {@link F#embedding(Tensor, Tensor, Long, Double, double, boolean)} takes.
     *
     * @throws TensorIndexException if there is no number {@code paddingIdx}
     */
    public Embedding(
            long numEmbeddings,
            long embeddingDim,
            @Nullable Long paddingIdx,
            @Nullable Double maxNorm,
            double normType,
            boolean scaleGradByFreq) {
        this(
                Init.normal_(Tensor.empty(numEmbeddings, embeddingDim), 0, 1),
                paddingIdx,
                maxNorm,
                normType,
                scaleGradByFreq);
        if (this.paddingIdx != null) {
            weight.detach().get(at(this.paddingIdx)).zero_();
        }
    }

    /** With these vectors, (numEmbeddings, dim), which go on learning. */
    public Embedding(Tensor weight) {
        this(weight, null, null, 2, false);
    }

    /**
     * With these vectors, (numEmbeddings, dim), which go on learning but that of {@code paddingIdx}.
     *
     * @throws TensorIndexException if there is no such number
     */
    public Embedding(Tensor weight, long paddingIdx) {
        this(weight, paddingIdx, null, 2, false);
    }

    /**
     * With these vectors, and what else {@link F#embedding(Tensor, Tensor, Long, Double, double, boolean)} takes.
     *
     * @throws TensorIndexException if there is no number {@code paddingIdx}
     */
    public Embedding(
            Tensor weight,
            @Nullable Long paddingIdx,
            @Nullable Double maxNorm,
            double normType,
            boolean scaleGradByFreq) {
        this.weight = registerParameter("weight", weight);
        this.paddingIdx = paddingIdx == null ? null : row("Embedding", weight, paddingIdx);
        this.maxNorm = maxNorm;
        this.normType = normType;
        this.scaleGradByFreq = scaleGradByFreq;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.embedding(input, weight, paddingIdx, maxNorm, normType, scaleGradByFreq);
    }

    /** {@link F#embedding(Tensor, Tensor, Long, Double, double, boolean)}. */
    static Tensor lookUp(
            Tensor indices,
            Tensor weight,
            @Nullable Long paddingIdx,
            @Nullable Double maxNorm,
            double normType,
            boolean scaleGradByFreq) {
        if (weight.dim() != 2) {
            throw new ShapeException("embedding: weight " + weight.shape() + " must be (number, size)");
        }
        if (!indices.dtype().isIntegral() || indices.dtype() == DType.BOOL) {
            throw new DTypeException("embedding: indices must be of an integer dtype, not " + indices.dtype());
        }
        long padding = paddingIdx == null ? -1 : row("embedding", weight, paddingIdx);
        Tensor flat = indices.reshape(-1);
        if (maxNorm != null) {
            Tensor values = weight.detach();
            Tensor bounded = values.indexSelect(0, flat).renorm(normType, 0, maxNorm);
            // A number that occurs twice is written twice, both times from the vector as it was.
            values.scatter_(0, flat.unsqueeze(1).expandAs(bounded), bounded);
        }
        Tensor rows = weight.indexSelect(0, flat);
        if (scaleGradByFreq && rows.requiresGrad()) {
            Tensor counts = flat.bincount().indexSelect(0, flat).unsqueeze(1).to(rows.dtype());
            rows.registerHook(gradient -> gradient.div(counts));
        }
        if (padding >= 0) {
            rows = Tensor.where(flat.eq(padding).unsqueeze(1), rows.detach(), rows);
        }
        return rows.reshape(indices.shape().concat(Shape.of(weight.size(1))));
    }

    private static long row(String operator, Tensor weight, long number) {
        long count = weight.size(0);
        if (number < -count || number >= count) {
            throw new TensorIndexException(
                    operator + ": the padding number " + number + " is out of range for " + count + " vectors");
        }
        return number < 0 ? number + count : number;
    }

    /** The vectors, (numEmbeddings, dim). */
    public Tensor weight() {
        return weight;
    }

    @Override
    protected String extraRepr() {
        return weight.size(0) + ", " + weight.size(1)
                + (paddingIdx == null ? "" : ", padding_idx=" + paddingIdx)
                + (maxNorm == null ? "" : ", max_norm=" + maxNorm)
                + (normType == 2 ? "" : ", norm_type=" + normType)
                + (scaleGradByFreq ? ", scale_grad_by_freq=True" : "");
    }
}
