package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention of a sequence to itself, and a feed-forward part (Vaswani and others, 2017). Modules: {@code self_attn}, {@code
 * linear1}, {@code linear2}, {@code norm1} and {@code norm2}, and dropouts, which have no parameters.
 *
 * <p>As a PyTorch layer in training: no shortcut is taken in evaluation, so padded positions have ordinary values there.
 */
public final class TransformerEncoderLayer extends TransformerLayer {
    private final MultiheadAttention selfAttn;
    private final Linear linear1;
    private final Dropout dropout;
    private final Linear linear2;
    private final LayerNorm norm1;
    private final LayerNorm norm2;
    private final Dropout dropout1;
    private final Dropout dropout2;

    /** With the default options. */
    public TransformerEncoderLayer(long dModel, int nhead) {
        this(dModel, nhead, TransformerOptions.defaults());
    }

    /** With these options. */
    public TransformerEncoderLayer(long dModel, int nhead, TransformerOptions options) {
        super(dModel, nhead, options);
        selfAttn = registerModule("self_attn", options.attention(dModel, nhead));
        linear1 = registerModule("linear1", new Linear(dModel, options.dimFeedforward()));
        dropout = registerModule("dropout", new Dropout(options.dropout()));
        linear2 = registerModule("linear2", new Linear(options.dimFeedforward(), dModel));
        norm1 = registerModule("norm1", options.norm(dModel));
        norm2 = registerModule("norm2", options.norm(dModel));
        dropout1 = registerModule("dropout1", new Dropout(options.dropout()));
        dropout2 = registerModule("dropout2", new Dropout(options.dropout()));
    }

    /** Without masks. */
    @Override
    public Tensor forward(Tensor src) {
        return forward(src, null, null);
    }

    /**
     * A tensor of {@code src}'s shape.
     *
     * @param src (L, N, E), (N, L, E) with batchFirst, or (L, E)
     * @param srcMask attnMask of {@link MultiheadAttention}, or null
     * @param srcKeyPaddingMask keyPaddingMask of {@link MultiheadAttention}, or null
     */
    public Tensor forward(Tensor src, @Nullable Tensor srcMask, @Nullable Tensor srcKeyPaddingMask) {
        Tensor x = part(
                src,
                norm1,
                dropout1,
                y -> selfAttn.call(y, y, y, srcKeyPaddingMask, false, srcMask, true)
                        .output());
        return part(
                x,
                norm2,
                dropout2,
                y -> linear2.call(dropout.call(options.activation().apply(linear1.call(y)))));
    }

    /** {@link #forward(Tensor, Tensor, Tensor)}, and the hooks around it, which see the masks too. */
    public Tensor call(Tensor src, @Nullable Tensor srcMask, @Nullable Tensor srcKeyPaddingMask) {
        return hasHooks()
                ? hooked(
                                Arrays.asList(src, srcMask, srcKeyPaddingMask),
                                x -> List.of(forward(x.get(0), x.get(1), x.get(2))))
                        .get(0)
                : forward(src, srcMask, srcKeyPaddingMask);
    }

    TransformerEncoderLayer copy() {
        return copyTo(new TransformerEncoderLayer(dModel, nhead, options));
    }
}
