package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encoder layers one after another, {@code layers.0}, {@code layers.1}, ..., and perhaps a last {@code norm}. */
public final class TransformerEncoder extends Module {
    private final List<TransformerEncoderLayer> layers = new ArrayList<>();
    private final @Nullable Module norm;

    /** Without a last normalisation. */
    public TransformerEncoder(TransformerEncoderLayer encoderLayer, int numLayers) {
        this(encoderLayer, numLayers, null);
    }

    /**
     * So many copies of {@code encoderLayer}, which all start with its parameters, as in PyTorch; it is not itself one of
     * them. Then {@code norm}, if not null.
     */
    public TransformerEncoder(TransformerEncoderLayer encoderLayer, int numLayers, @Nullable Module norm) {
        for (int i = 0; i < numLayers; i++) {
            layers.add(encoderLayer.copy());
        }
        registerModule("layers", new ModuleList(layers));
        this.norm = norm == null ? null : registerModule("norm", norm);
    }

    /** Without masks. */
    @Override
    public Tensor forward(Tensor src) {
        return forward(src, null, null);
    }

    /** As {@link TransformerEncoderLayer#forward(Tensor, Tensor, Tensor)}, the masks for every layer. */
    public Tensor forward(Tensor src, @Nullable Tensor mask, @Nullable Tensor srcKeyPaddingMask) {
        Tensor x = src;
        for (TransformerEncoderLayer layer : layers) {
            x = layer.call(x, mask, srcKeyPaddingMask);
        }
        return norm == null ? x : norm.call(x);
    }

    /** {@link #forward(Tensor, Tensor, Tensor)}, and the hooks around it, which see the masks too. */
    public Tensor call(Tensor src, @Nullable Tensor mask, @Nullable Tensor srcKeyPaddingMask) {
        return hasHooks()
                ? hooked(
                                Arrays.asList(src, mask, srcKeyPaddingMask),
                                x -> List.of(forward(x.get(0), x.get(1), x.get(2))))
                        .get(0)
                : forward(src, mask, srcKeyPaddingMask);
    }
}
