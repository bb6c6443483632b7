package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attention in several heads (Vaswani and others, 2017): query, key and value are projected to E, cut into heads, attended
 * in each, joined, and projected once more.
 *
 * <p>Shapes: query (L, N, E), key (S, N, kdim), value (S, N, vdim), with N first if batchFirst, or without N.
 *
 * <p>Parameters: {@code in_proj_weight} (3 E, E), for query, key and value one under another; or, if kdim or vdim are not E,
 * {@code q_proj_weight} (E, E), {@code k_proj_weight} (E, kdim) and {@code v_proj_weight} (E, vdim); {@code in_proj_bias} (3
 * E); {@code bias_k} and {@code bias_v} (1, 1, E), if asked for; {@code out_proj.weight} (E, E) and {@code out_proj.bias} (E). Projections into heads are at first Glorot's uniform, {@code bias_k} and {@code bias_v} Glorot's normal,
 * biases zeros, and {@code out_proj.weight} {@link Linear}'s.
 *
 * <p>Where a row's keys are all masked, the result is NaN, as in PyTorch.
 */
public final class MultiheadAttention extends Module {
    /**
     * What is computed.
     *
     * @param output of the query's shape
     * @param weights how much each position looked at each, those added to the S included, after dropout: (N, L, S), the mean over the heads, or (N,
     *     heads, L, S); without N where the query is; null if not asked for
     */
    public record Output(Tensor output, @Nullable Tensor weights) {}

    /**
     * What PyTorch takes as keyword arguments.
     *
     * @param dropout the probability of dropping a weight in training; default 0
     * @param bias whether projections have biases; default true
     * @param kdim the keys' width; 0, the default, for the embedding's
     * @param vdim the values' width; 0, the default, for the embedding's
     * @param batchFirst whether N is the first dimension; default false
     * @param addBiasKv whether a learned key and value, {@code bias_k} and {@code bias_v}, follow the others; default false
     * @param addZeroAttn whether a key and a value of zeros follow the others, so that there is always something to look at;
     *     default false
     */
    public record Options(
            double dropout,
            boolean bias,
            long kdim,
            long vdim,
            boolean batchFirst,
            boolean addBiasKv,
            boolean addZeroAttn) {
        /** Refuses what is no probability. */
        public Options {
            Activations.probability("MultiheadAttention", dropout);
        }

        /** No dropout, biases, one width, the batch second. */
        public static Options defaults() {
            return new Options(0, true, 0, 0, false, false, false);
        }

        /** With this probability of dropping a weight. */
        public Options dropout(double value) {
            return new Options(value, bias, kdim, vdim, batchFirst, addBiasKv, addZeroAttn);
        }

        /** With biases or without. */
        public Options bias(boolean value) {
            return new Options(dropout, value, kdim, vdim, batchFirst, addBiasKv, addZeroAttn);
        }

        /** With keys of this width. */
        public Options kdim(long value) {
            return new Options(dropout, bias, value, vdim, batchFirst, addBiasKv, addZeroAttn);
        }

        /** With values of this width. */
        public Options vdim(long value) {
            return new Options(dropout, bias, kdim, value, batchFirst, addBiasKv, addZeroAttn);
        }

        /** With the batch as the first dimension. */
        public Options batchFirst(boolean value) {
            return new Options(dropout, bias, kdim, vdim, value, addBiasKv, addZeroAttn);
        }

        /** With a learned key and value after the others. */
        public Options addBiasKv(boolean value) {
            return new Options(dropout, bias, kdim, vdim, batchFirst, value, addZeroAttn);
        }

        /** With a key and a value of zeros after the others. */
        public Options addZeroAttn(boolean value) {
            return new Options(dropout, bias, kdim, vdim, batchFirst, addBiasKv, value);
        }
    }

    private final long embedDim;
    private final int numHeads;
    private final Options options;
    private final long[] widths;
    private final List<Tensor> projections;
    private final @Nullable Tensor inProjBias;
    private final @Nullable Tensor biasK;
    private final @Nullable Tensor biasV;
    private final Linear outProj;

    /** With the default options. */
    public MultiheadAttention(long embedDim, int numHeads) {
        this(embedDim, numHeads, Options.defaults());
    }

    /** With these options. */
    public MultiheadAttention(long embedDim, int numHeads, Options options) {
        if (embedDim < 1 || numHeads < 1 || embedDim % numHeads != 0) {
            throw new IllegalArgumentException("MultiheadAttention: the embedding of size " + embedDim
                    + " cannot be divided among " + numHeads + " heads");
        }
        this.embedDim = embedDim;
        this.numHeads = numHeads;
        this.options = options;
        widths = new long[] {
            embedDim, options.kdim() > 0 ? options.kdim() : embedDim, options.vdim() > 0 ? options.vdim() : embedDim
        };
        projections = widths[1] == embedDim && widths[2] == embedDim
                ? List.of(glorot("in_proj_weight", 3 * embedDim, embedDim))
                : List.of(
                        glorot("q_proj_weight", embedDim, widths[0]),
                        glorot("k_proj_weight", embedDim, widths[1]),
                        glorot("v_proj_weight", embedDim, widths[2]));
        inProjBias = options.bias() ? registerParameter("in_proj_bias", Tensor.zeros(3 * embedDim)) : null;
        biasK = options.addBiasKv() ? registerParameter("bias_k", extra(embedDim)) : null;
        biasV = options.addBiasKv() ? registerParameter("bias_v", extra(embedDim)) : null;
        outProj = registerModule("out_proj", new Linear(embedDim, embedDim, options.bias()));
        if (options.bias()) {
            Init.zeros_(Objects.requireNonNull(outProj.bias()));
        }
    }

    private static Tensor extra(long embedDim) {
        return Init.xavierNormal_(Tensor.empty(1, 1, embedDim));
    }

    private Tensor glorot(String name, long rows, long columns) {
        return registerParameter(name, Init.xavierUniform_(Tensor.empty(rows, columns)));
    }

    /** The output for one tensor as query, key and value. */
    @Override
    public Tensor forward(Tensor input) {
        return forward(input, input, input, null, false, null, true).output();
    }

    /** Without masks, with the mean weights. */
    public Output forward(Tensor query, Tensor key, Tensor value) {
        return forward(query, key, value, null, true, null, true);
    }

    /**
     * Output and weights.
     *
     * @param keyPaddingMask (N, S), or (S) without a batch; of bool: true for keys that are ignored; of floating-point: added
     *     to the scores; or null
     * @param needWeights whether to give the weights; PyTorch's default is true
     * @param attnMask (L, S) or (N heads, L, S); of bool: true where not to look, which is the opposite of {@link
     *     F#scaledDotProductAttention}; of floating-point: added to the scores; or null
     * @param averageAttnWeights whether to give the mean weights over all heads; PyTorch's default is true
     * @throws ShapeException if the shapes do not fit each other or this module
     * @throws DTypeException if a mask is neither of bool nor floating-point
     */
    public Output forward(
            Tensor query,
            Tensor key,
            Tensor value,
            @Nullable Tensor keyPaddingMask,
            boolean needWeights,
            @Nullable Tensor attnMask,
            boolean averageAttnWeights) {
        checkShapes(query, key, value);
        boolean batched = query.dim() == 3;
        List<Tensor> projected = project(query, key, value);
        Tensor q = heads(projected.get(0));
        Tensor k = heads(projected.get(1));
        Tensor v = heads(projected.get(2));
        Tensor mask = mask(q.size(0), q.size(2), k.size(2), keyPaddingMask, attnMask, batched, q.dtype());
        long keys = k.size(2);
        k = extended(k, biasK);
        v = extended(v, biasV);
        mask = mask == null ? null : F.pad(mask, 0, k.size(2) - keys);
        double scale = 1 / Math.sqrt((double) q.size(-1));
        double dropout = isTraining() ? options.dropout() : 0;
        Tensor weights = needWeights ? Attention.weights(q, k, mask, dropout, scale) : null;
        Tensor seen =
                weights == null ? Attention.scaledDotProduct(q, k, v, mask, dropout, false, scale) : weights.matmul(v);
        Tensor joined = seen.transpose(1, 2).flatten(2, 3); // (N, L, E)
        Tensor output = outProj.call(joined);
        if (!batched) {
            output = output.squeeze(0);
        } else if (!options.batchFirst()) {
            output = output.transpose(0, 1);
        }
        if (weights == null) {
            return new Output(output, null);
        }
        Tensor given = averageAttnWeights ? weights.mean(1) : weights;
        return new Output(output, batched ? given : given.squeeze(0));
    }

    /** {@link #forward(Tensor, Tensor, Tensor)}, and the hooks around it. */
    public Output call(Tensor query, Tensor key, Tensor value) {
        return call(query, key, value, null, true, null, true);
    }

    /**
     * {@link #forward(Tensor, Tensor, Tensor, Tensor, boolean, Tensor, boolean)}, and the hooks around it, which see query,
     * key, value, {@code keyPaddingMask} and {@code attnMask}.
     */
    public Output call(
            Tensor query,
            Tensor key,
            Tensor value,
            @Nullable Tensor keyPaddingMask,
            boolean needWeights,
            @Nullable Tensor attnMask,
            boolean averageAttnWeights) {
        if (!hasHooks()) {
            return forward(query, key, value, keyPaddingMask, needWeights, attnMask, averageAttnWeights);
        }
        List<Tensor> results = hooked(Arrays.asList(query, key, value, keyPaddingMask, attnMask), x -> {
            Output result = forward(x.get(0), x.get(1), x.get(2), x.get(3), needWeights, x.get(4), averageAttnWeights);
            return Arrays.asList(result.output(), result.weights());
        });
        return new Output(results.get(0), results.get(1));
    }

    private void checkShapes(Tensor query, Tensor key, Tensor value) {
        int batch = options.batchFirst() ? 0 : 1;
        int steps = query.dim() == 3 ? 1 - batch : 0;
        boolean fits = query.dim() >= 2
                && query.dim() <= 3
                && key.dim() == query.dim()
                && value.dim() == query.dim()
                && query.size(-1) == widths[0]
                && key.size(-1) == widths[1]
                && value.size(-1) == widths[2]
                && key.size(steps) == value.size(steps)
                && (query.dim() == 2 || query.size(batch) == key.size(batch) && key.size(batch) == value.size(batch));
        if (!fits) {
            String lead = options.batchFirst() ? "(N, L, " : "(L, N, ";
            String keys = lead.replace('L', 'S');
            throw new ShapeException("MultiheadAttention: query " + query.shape() + ", key " + key.shape()
                    + " and value "
                    + value.shape() + " do not fit: expected " + lead + widths[0] + "), " + keys + widths[1] + ") and "
                    + keys + widths[2] + "), or all without N");
        }
    }

    /** Query, key and value times their weights; one tensor in all three places is multiplied once. */
    private List<Tensor> project(Tensor query, Tensor key, Tensor value) {
        if (projections.size() == 1 && query == key && key == value) {
            return F.linear(query, projections.get(0), inProjBias).chunk(3, -1);
        }
        List<Tensor> weights = projections.size() == 1 ? projections.get(0).chunk(3, 0) : projections;
        List<Tensor> biases = inProjBias == null ? null : inProjBias.chunk(3, 0);
        return List.of(
                F.linear(query, weights.get(0), biases == null ? null : biases.get(0)),
                F.linear(key, weights.get(1), biases == null ? null : biases.get(1)),
                F.linear(value, weights.get(2), biases == null ? null : biases.get(2)));
    }

    /** (L, N, E), (N, L, E) or (L, E) to (N, heads, L, E / heads). */
    private Tensor heads(Tensor x) {
        Tensor batchFirst = x.dim() == 2 ? x.unsqueeze(0) : options.batchFirst() ? x : x.transpose(0, 1);
        return batchFirst.unflatten(2, numHeads, embedDim / numHeads).transpose(1, 2);
    }

    /** Keys or values (N, heads, S, E / heads), with those after them that the options ask for. */
    private Tensor extended(Tensor x, @Nullable Tensor learned) {
        List<Tensor> parts = new ArrayList<>(List.of(x));
        Shape one = Shape.of(x.size(0), numHeads, 1, x.size(3));
        if (learned != null) {
            parts.add(learned.view(1, numHeads, 1, x.size(3)).expand(one));
        }
        if (options.addZeroAttn()) {
            parts.add(Tensor.zeros(one, x.dtype(), x.device()));
        }
        return parts.size() == 1 ? x : Tensor.cat(parts, 2);
    }

    /** What is added to the scores (N, heads, L, S), in a shape that broadcasts to theirs, or null. */
    private @Nullable Tensor mask(
            long batch,
            long targets,
            long sources,
            @Nullable Tensor padding,
            @Nullable Tensor attn,
            boolean batched,
            DType dtype) {
        Tensor mask = null;
        if (attn != null) {
            boolean each = attn.shape().equals(Shape.of(batch * numHeads, targets, sources));
            if (!each && !attn.shape().equals(Shape.of(targets, sources))) {
                throw new ShapeException("MultiheadAttention: attnMask " + attn.shape() + " does not fit: expected ("
                        + targets + ", " + sources + ") or (" + batch * numHeads + ", " + targets + ", " + sources
                        + ")");
            }
            Tensor added = additive("attnMask", attn, dtype);
            mask = each ? added.unflatten(0, batch, numHeads) : added;
        }
        if (padding != null) {
            Shape expected = batched ? Shape.of(batch, sources) : Shape.of(sources);
            if (!padding.shape().equals(expected)) {
                throw new ShapeException("MultiheadAttention: keyPaddingMask " + padding.shape()
                        + " does not fit: expected " + expected);
            }
            Tensor added = additive("keyPaddingMask", padding, dtype).view(batch, 1, 1, sources);
            mask = mask == null ? added : mask.add(added);
        }
        return mask;
    }

    private static Tensor additive(String what, Tensor mask, DType dtype) {
        if (mask.dtype() == DType.BOOL) {
            return Tensor.zeros(mask.shape(), dtype, mask.device()).maskedFill_(mask, Double.NEGATIVE_INFINITY);
        }
        if (!mask.dtype().isFloatingPoint()) {
            throw new DTypeException("MultiheadAttention: " + what + " of " + mask.dtype()
                    + " must be of bool, true where not to look, or floating-point, added to the scores");
        }
        return mask.to(dtype);
    }
}
