package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decoder layers one after another, {@code layers.0}, {@code layers.1}, ..., and perhaps a last {@code norm}. */
public final class TransformerDecoder extends Module {
    private final List<TransformerDecoderLayer> layers = new ArrayList<>();
    private final @Nullable Module norm;

    /** Without a last normalisation. */
    public TransformerDecoder(TransformerDecoderLayer decoderLayer, int numLayers) {
        this(decoderLayer, numLayers, null);
    }

    /**
     * So many copies of {@code decoderLayer}, which all start with its parameters, as in PyTorch; it is not itself one of
     * them. Then {@code norm}, if not null.
     */
    public TransformerDecoder(TransformerDecoderLayer decoderLayer, int numLayers, @Nullable Module norm) {
        for (int i = 0; i < numLayers; i++) {
            layers.add(decoderLayer.copy());
        }
        registerModule("layers", new ModuleList(layers));
        this.norm = norm == null ? null : registerModule("norm", norm);
    }

    /** Without masks. */
    public Tensor forward(Tensor tgt, Tensor memory) {
        return forward(tgt, memory, null, null, null, null);
    }

    /** As {@link TransformerDecoderLayer#forward(Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)}, for every layer. */
    public Tensor forward(
            Tensor tgt,
            Tensor memory,
            @Nullable Tensor tgtMask,
            @Nullable Tensor memoryMask,
            @Nullable Tensor tgtKeyPaddingMask,
            @Nullable Tensor memoryKeyPaddingMask) {
        Tensor x = tgt;
        for (TransformerDecoderLayer layer : layers) {
            x = layer.call(x, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask);
        }
        return norm == null ? x : norm.call(x);
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
}
