package io.gatun.nn;

import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An {@code encoder} and a {@code decoder}, each with a last normalisation (Vaswani and others, "Attention is all you need",
 * 2017). All matrices are at first Glorot's uniform.
 */
public final class Transformer extends Module {
    private final TransformerEncoder encoder;
    private final TransformerDecoder decoder;

    /** PyTorch's defaults: a width of 512, 8 heads, 6 layers each. */
    public Transformer() {
        this(512, 8, 6, 6, TransformerOptions.defaults());
    }

    /** With these options. */
    public Transformer(long dModel, int nhead, int numEncoderLayers, int numDecoderLayers, TransformerOptions options) {
        encoder = registerModule(
                "encoder",
                new TransformerEncoder(
                        new TransformerEncoderLayer(dModel, nhead, options), numEncoderLayers, options.norm(dModel)));
        decoder = registerModule(
                "decoder",
                new TransformerDecoder(
                        new TransformerDecoderLayer(dModel, nhead, options), numDecoderLayers, options.norm(dModel)));
        parameters().stream().filter(parameter -> parameter.dim() > 1).forEach(Init::xavierUniform_);
    }

    /** Without masks. */
    public Tensor forward(Tensor src, Tensor tgt) {
        return forward(src, tgt, null, null, null, null, null, null);
    }

    /**
     * A tensor of {@code tgt}'s shape. Masks are those of {@link MultiheadAttention}, or null.
     *
     * @param src (S, N, E), (N, S, E) with batchFirst, or (S, E)
     * @param tgt (T, N, E), (N, T, E) with batchFirst, or (T, E)
     */
    public Tensor forward(
            Tensor src,
            Tensor tgt,
            @Nullable Tensor srcMask,
            @Nullable Tensor tgtMask,
            @Nullable Tensor memoryMask,
            @Nullable Tensor srcKeyPaddingMask,
            @Nullable Tensor tgtKeyPaddingMask,
            @Nullable Tensor memoryKeyPaddingMask) {
        Tensor memory = encoder.call(src, srcMask, srcKeyPaddingMask);
        return decoder.call(tgt, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask);
    }

    /** {@link #forward(Tensor, Tensor)}, and the hooks around it. */
    public Tensor call(Tensor src, Tensor tgt) {
        return call(src, tgt, null, null, null, null, null, null);
    }

    /** {@link #forward(Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)}, and the hooks around it, which see the masks too. */
    public Tensor call(
            Tensor src,
            Tensor tgt,
            @Nullable Tensor srcMask,
            @Nullable Tensor tgtMask,
            @Nullable Tensor memoryMask,
            @Nullable Tensor srcKeyPaddingMask,
            @Nullable Tensor tgtKeyPaddingMask,
            @Nullable Tensor memoryKeyPaddingMask) {
        return hasHooks()
                ? hooked(
                                Arrays.asList(
                                        src,
                                        tgt,
                                        srcMask,
                                        tgtMask,
                                        memoryMask,
                                        srcKeyPaddingMask,
                                        tgtKeyPaddingMask,
                                        memoryKeyPaddingMask),
                                x -> List.of(forward(
                                        x.get(0), x.get(1), x.get(2), x.get(3), x.get(4), x.get(5), x.get(6),
                                        x.get(7))))
                        .get(0)
                : forward(
                        src,
                        tgt,
                        srcMask,
                        tgtMask,
                        memoryMask,
                        srcKeyPaddingMask,
                        tgtKeyPaddingMask,
                        memoryKeyPaddingMask);
    }

    /** (size, size), {@code F32}: -inf above the diagonal, else 0; with it no position sees what is ahead. */
    public static Tensor generateSquareSubsequentMask(long size) {
        return Tensor.full(Shape.of(size, size), Double.NEGATIVE_INFINITY).triu(1);
    }
}
