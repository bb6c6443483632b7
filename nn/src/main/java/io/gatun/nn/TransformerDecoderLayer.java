package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention of a sequence to itself, attention to another, the memory, and a feed-forward part (Vaswani and others, 2017).
 * Modules: {@code self_attn}, {@code multihead_attn}, {@code linear1}, {@code linear2}, {@code norm1}, {@code norm2} and
 * {@code norm3}, and dropouts, which have no parameters.
 */
public final class TransformerDecoderLayer extends TransformerLayer {
    private final MultiheadAttention selfAttn;
    private final MultiheadAttention multiheadAttn;
    private final Linear linear1;
    private final Dropout dropout;
    private final Linear linear2;
    private final LayerNorm norm1;
    private final LayerNorm norm2;
    private final LayerNorm norm3;
    private final Dropout dropout1;
    private final Dropout dropout2;
    private final Dropout dropout3;

    /** With the default options. */
    public TransformerDecoderLayer(long dModel, int nhead) {
        this(dModel, nhead, TransformerOptions.defaults());
    }

    /** With these options. */
    public TransformerDecoderLayer(long dModel, int nhead, TransformerOptions options) {
        super(dModel, nhead, options);
        selfAttn = registerModule("self_attn", options.attention(dModel, nhead));
        multiheadAttn = registerModule("multihead_attn", options.attention(dModel, nhead));
        linear1 = registerModule("linear1", new Linear(dModel, options.dimFeedforward()));
        dropout = registerModule("dropout", new Dropout(options.dropout()));
        linear2 = registerModule("linear2", new Linear(options.dimFeedforward(), dModel));
        norm1 = registerModule("norm1", options.norm(dModel));
        norm2 = registerModule("norm2", options.norm(dModel));
        norm3 = registerModule("norm3", options.norm(dModel));
        dropout1 = registerModule("dropout1", new Dropout(options.dropout()));
        dropout2 = registerModule("dropout2", new Dropout(options.dropout()));
        dropout3 = registerModule("dropout3", new Dropout(options.dropout()));
    }

    /** Without masks. */
    public Tensor forward(Tensor tgt, Tensor memory) {
        return forward(tgt, memory, null, null, null, null);
    }

    /**
     * A tensor of {@code tgt}'s shape. Masks are those of {@link MultiheadAttention}, or null.
     *
     * @param tgt (T, N, E), (N, T, E) with batchFirst, or (T, E)
     * @param memory (S, N, E), (N, S, E) with batchFirst, or (S, E)
     * @param tgtMask attnMask of the attention to itself
     * @param memoryMask attnMask of the attention to the memory
     * @param tgtKeyPaddingMask keyPaddingMask of the attention to itself
     * @param memoryKeyPaddingMask keyPaddingMask of the attention to the memory
     */
    public Tensor forward(
            Tensor tgt,
            Tensor memory,
            @Nullable Tensor tgtMask,
            @Nullable Tensor memoryMask,
            @Nullable Tensor tgtKeyPaddingMask,
            @Nullable Tensor memoryKeyPaddingMask) {
        Tensor x = part(
                tgt,
                norm1,
                dropout1,
                y -> selfAttn.call(y, y, y, tgtKeyPaddingMask, false, tgtMask, true)
                        .output());
        x = part(
                x,
                norm2,
                dropout2,
                y -> multiheadAttn
                        .call(y, memory, memory, memoryKeyPaddingMask, false, memoryMask, true)
                        .output());
        return part(
                x,
                norm3,
                dropout3,
                y -> linear2.call(dropout.call(options.activation().apply(linear1.call(y)))));
    }

    /** {@link #forward(Tensor, Tensor)}, and the hooks around it. */
    public Tensor call(Tensor tgt, Tensor memory) {
        return call(tgt, memory, null, null, null, null);
    }

    /** {@link #forward(Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)}, and the hooks around it, which see the masks too. */
    public Tensor call(
            Tensor tgt,
            Tensor memory,
            @Nullable Tensor tgtMask,
            @Nullable Tensor memoryMask,
            @Nullable Tensor tgtKeyPaddingMask,
            @Nullable Tensor memoryKeyPaddingMask) {
        return hasHooks()
                ? hooked(
                                Arrays.asList(
                                        tgt, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask),
                                x -> List.of(forward(x.get(0), x.get(1), x.get(2), x.get(3), x.get(4), x.get(5))))
                        .get(0)
                : forward(tgt, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask);
    }

    TransformerDecoderLayer copy() {
        return copyTo(new TransformerDecoderLayer(dModel, nhead, options));
    }
}
