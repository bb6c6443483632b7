package io.gatun.benchmarks.peers;

import io.gatun.nn.Embedding;
import io.gatun.nn.F;
import io.gatun.nn.LayerNorm;
import io.gatun.nn.Linear;
import io.gatun.nn.Module;
import io.gatun.nn.ModuleList;
import io.gatun.nn.optim.AdamW;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.LayerNormImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A step of training a small GPT that predicts the next of 65 characters: layer norms before, causal attention, AdamW. */
final class GptWorkload {
    private static final int LAYERS = 4;
    private static final int WIDTH = 128;
    private static final int HEADS = 4;
    private static final int CONTEXT = 64;
    private static final int BATCH = 16;
    private static final int ALPHABET = 65;
    private static final double RATE = 1e-3;

    private GptWorkload() {}

    static List<Workload> all() {
        return List.of(Workload.of(
                "training",
                "GPT step, 4 layers of width 128, 4 heads, 64 tokens, batch 16",
                1.2,
                GptWorkload::contest));
    }

    private static Contest contest() {
        Gpt model = new Gpt();
        TheirGpt theirModel = new TheirGpt();
        Tensor text = Tensor.randint(ALPHABET, Shape.of(BATCH, CONTEXT + 1));
        Tensor tokens = text.narrow(1, 0, CONTEXT).contiguous();
        Tensor next = text.narrow(1, 1, CONTEXT).contiguous();
        var theirTokens = Libtorch.copy(tokens);
        var theirNext = Libtorch.copy(next);
        var theirParameters = Libtorch.parameters(model.parameters(), theirModel.modules());
        AdamW optimizer = new AdamW(model.parameters(), RATE);
        var theirOptimizer = new org.bytedeco.pytorch.AdamW(theirParameters, new AdamWOptions(RATE));
        return Contest.step(
                () -> {
                    optimizer.zeroGrad();
                    Tensor loss = F.crossEntropy(model.call(tokens).flatten(0, 1), next.flatten());
                    loss.backward();
                    optimizer.step();
                    return loss;
                },
                () -> {
                    theirOptimizer.zero_grad();
                    var scores = theirModel.forward(theirTokens).flatten(0, 1);
                    var loss = torch.cross_entropy_loss(scores, theirNext.flatten());
                    loss.backward();
                    theirOptimizer.step();
                    return loss;
                });
    }

    private static final class Gpt extends Module {
        private final Embedding characters = registerModule("characters", new Embedding(ALPHABET, WIDTH));
        private final Embedding places = registerModule("places", new Embedding(CONTEXT, WIDTH));
        private final ModuleList blocks = registerModule(
                "blocks",
                new ModuleList(Stream.generate(Block::new).limit(LAYERS).toList()));
        private final LayerNorm norm = registerModule("norm", new LayerNorm(WIDTH));
        private final Linear scores = registerModule("scores", new Linear(WIDTH, ALPHABET));

        @Override
        public Tensor forward(Tensor tokens) { // (N, T) to (N, T, alphabet)
            Tensor x = characters.call(tokens).add(places.call(Tensor.arange(tokens.size(1))));
            for (Module block : blocks) {
                x = block.call(x);
            }
            return scores.call(norm.call(x));
        }
    }

    private static final class Block extends Module {
        private final LayerNorm norm1 = registerModule("norm1", new LayerNorm(WIDTH));
        private final Linear attended = registerModule("attended", new Linear(WIDTH, 3 * WIDTH));
        private final Linear mixed = registerModule("mixed", new Linear(WIDTH, WIDTH));
        private final LayerNorm norm2 = registerModule("norm2", new LayerNorm(WIDTH));
        private final Linear wide = registerModule("wide", new Linear(WIDTH, 4 * WIDTH));
        private final Linear narrow = registerModule("narrow", new Linear(4 * WIDTH, WIDTH));

        @Override
        public Tensor forward(Tensor x) { // (N, T, width)
            Tensor heads = attended.call(norm1.call(x)) // to (3, N, heads, T, width / heads)
                    .view(x.size(0), x.size(1), 3, HEADS, WIDTH / HEADS)
                    .permute(2, 0, 3, 1, 4);
            Tensor seen = F.scaledDotProductAttention(heads.select(0, 0), heads.select(0, 1), heads.select(0, 2), true);
            Tensor y = x.add(mixed.call(seen.transpose(1, 2).flatten(2, 3)));
            return y.add(narrow.call(F.gelu(wide.call(norm2.call(y)))));
        }
    }

    private static final class TheirGpt {
        private final EmbeddingImpl characters = new EmbeddingImpl(ALPHABET, WIDTH);
        private final EmbeddingImpl places = new EmbeddingImpl(CONTEXT, WIDTH);
        private final List<TheirBlock> blocks =
                Stream.generate(TheirBlock::new).limit(LAYERS).toList();
        private final LayerNormImpl norm = new LayerNormImpl(new LongVector(new long[] {WIDTH}));
        private final LinearImpl scores = new LinearImpl(WIDTH, ALPHABET);
        private final org.bytedeco.pytorch.Scalar context = new org.bytedeco.pytorch.Scalar((long) CONTEXT);

        org.bytedeco.pytorch.Module[] modules() {
            List<org.bytedeco.pytorch.Module> all = new ArrayList<>(List.of(characters, places));
            blocks.forEach(block -> all.addAll(block.modules()));
            all.addAll(List.of(norm, scores));
            return all.toArray(org.bytedeco.pytorch.Module[]::new);
        }

        org.bytedeco.pytorch.Tensor forward(org.bytedeco.pytorch.Tensor tokens) {
            var x = characters.forward(tokens).add(places.forward(torch.arange(context)));
            for (TheirBlock block : blocks) {
                x = block.forward(x);
            }
            return scores.forward(norm.forward(x));
        }
    }

    private static final class TheirBlock {
        private final LayerNormImpl norm1 = new LayerNormImpl(new LongVector(new long[] {WIDTH}));
        private final LinearImpl attended = new LinearImpl(WIDTH, 3 * WIDTH);
        private final LinearImpl mixed = new LinearImpl(WIDTH, WIDTH);
        private final LayerNormImpl norm2 = new LayerNormImpl(new LongVector(new long[] {WIDTH}));
        private final LinearImpl wide = new LinearImpl(WIDTH, 4 * WIDTH);
        private final LinearImpl narrow = new LinearImpl(4 * WIDTH, WIDTH);
        private final TensorOptional noMask = new TensorOptional();
        private final DoubleOptional usualScale = new DoubleOptional();

        List<org.bytedeco.pytorch.Module> modules() {
            return List.of(norm1, attended, mixed, norm2, wide, narrow);
        }

        org.bytedeco.pytorch.Tensor forward(org.bytedeco.pytorch.Tensor x) {
            var heads = attended.forward(norm1.forward(x))
                    .view(BATCH, CONTEXT, 3, HEADS, WIDTH / HEADS)
                    .permute(2, 0, 3, 1, 4);
            var seen = torch.scaled_dot_product_attention(
                    heads.select(0, 0), heads.select(0, 1), heads.select(0, 2), noMask, 0, true, usualScale, false);
            var y = x.add(mixed.forward(seen.transpose(1, 2).flatten(2, 3)));
            return y.add(narrow.forward(torch.gelu(wide.forward(norm2.forward(y)))));
        }
    }
}
