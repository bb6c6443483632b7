package io.gatun.backend.cuda.gpu;

import io.gatun.backend.cuda.gpu.Row.Step;
import io.gatun.backend.cuda.gpu.Row.Unit;
import io.gatun.cuda.CudaGraph;
import io.gatun.nn.Conv2d;
import io.gatun.nn.Embedding;
import io.gatun.nn.F;
import io.gatun.nn.Flatten;
import io.gatun.nn.LayerNorm;
import io.gatun.nn.Linear;
import io.gatun.nn.MaxPool2d;
import io.gatun.nn.Module;
import io.gatun.nn.ModuleList;
import io.gatun.nn.ReLU;
import io.gatun.nn.Sequential;
import io.gatun.nn.optim.AdamW;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Steps of training: forward, backward, AdamW. */
final class TrainingRows {
    static final String FAMILY = "training steps";

    private static final double AS_FAST = 1.0;
    private static final double CAPTURED = 1.3;
    private static final double RATE = 1e-3;
    private static final int BEFORE_CAPTURE = 3; // steps: they give the optimiser its state

    private TrainingRows() {}

    static List<Row> all(Settings settings) {
        int small = settings.size(64, 4);
        int large = settings.size(8192, 8);
        int width = settings.size(1024, 12);
        GptSizes gpt = settings.tiny() ? new GptSizes(2, 16, 2, 8, 2, 11) : new GptSizes(12, 768, 12, 1024, 8, 50_257);
        return List.of(
                row(
                        "MLP 784-" + width + "-" + width + "-10, batch " + small,
                        "mlp " + width + " " + small,
                        AS_FAST,
                        () -> mlp(width, small)),
                row(
                        "the same, captured as a graph",
                        "mlp " + width + " " + small,
                        CAPTURED,
                        () -> captured(() -> mlp(width, small))),
                row(
                        "MLP 784-" + width + "-" + width + "-10, batch " + large,
                        "mlp " + width + " " + large,
                        AS_FAST,
                        () -> mlp(width, large)),
                row("CNN of two convolutions, 28 x 28, batch " + small, "cnn " + small, AS_FAST, () -> cnn(small)),
                row(
                        "CNN of two convolutions, 28 x 28, batch " + settings.size(1024, 6),
                        "cnn " + settings.size(1024, 6),
                        AS_FAST,
                        () -> cnn(settings.size(1024, 6))),
                row(
                        "GPT of " + gpt.layers + " layers, width " + gpt.width + ", " + gpt.length + " tokens, batch "
                                + gpt.batch + ", BF16",
                        gpt.call(),
                        AS_FAST,
                        () -> gpt(gpt)),
                row("the same, captured as a graph", gpt.call(), AS_FAST, () -> captured(() -> gpt(gpt))));
    }

    private static Row row(String name, String call, double wanted, Supplier<Step> prepare) {
        return new Row(FAMILY, name, call, Unit.MILLISECONDS, 0, wanted, prepare);
    }

    /** What is done again by each replay of a graph of the step. */
    private static Step captured(Supplier<Training> prepare) {
        if (!Device.getDefault().type().equals("cuda")) {
            throw new Row.NotMeasured("only work of a CUDA device is captured");
        }
        Training training = prepare.get();
        training.optimiser.capturable(true);
        Tensor loss = Tensor.zeros(Shape.scalar(), DType.F32);
        Runnable step = () -> loss.copy_(training.run().detach());
        for (int i = 0; i < BEFORE_CAPTURE; i++) {
            step.run();
        }
        CudaGraph graph = CudaGraph.capture(step);
        return () -> {
            graph.replay();
            return loss;
        };
    }

    /** A model's, with what it computes scores of, and their classes. */
    private record Training(AdamW optimiser, Supplier<Tensor> scores, Tensor classes) implements Step {
        @Override
        public Tensor run() {
            Tensor loss = F.crossEntropy(scores.get(), classes);
            optimiser.zeroGrad();
            loss.backward();
            optimiser.step();
            return loss;
        }
    }

    private static Training step(Module model, Supplier<Tensor> scores, Tensor classes) {
        return new Training(new AdamW(model.parameters(), RATE), scores, classes);
    }

    private static Training mlp(int width, int batch) {
        Module model = new Sequential(
                new Linear(784, width), new ReLU(), new Linear(width, width), new ReLU(), new Linear(width, 10));
        Tensor x = Tensor.randn(Shape.of(batch, 784), DType.F32);
        return step(model, () -> model.call(x), Tensor.randint(10, Shape.of(batch)));
    }

    private static Training cnn(int batch) {
        Module model = new Sequential(
                new Conv2d(1, 32, 3, 1, 1),
                new ReLU(),
                new MaxPool2d(2),
                new Conv2d(32, 64, 3, 1, 1),
                new ReLU(),
                new MaxPool2d(2),
                new Flatten(),
                new Linear(64 * 7 * 7, 10));
        Tensor x = Tensor.randn(Shape.of(batch, 1, 28, 28), DType.F32);
        return step(model, () -> model.call(x), Tensor.randint(10, Shape.of(batch)));
    }

    private record GptSizes(int layers, long width, long heads, long length, long batch, long alphabet) {
        String call() {
            return "gpt " + layers + " " + width + " " + heads + " " + length + " " + batch + " " + alphabet;
        }
    }

    private static Training gpt(GptSizes sizes) {
        Module model = new Gpt(sizes).to(DType.BF16);
        Tensor text = Tensor.randint(sizes.alphabet, Shape.of(sizes.batch, sizes.length + 1));
        Tensor tokens = text.narrow(1, 0, sizes.length).contiguous();
        Tensor next = text.narrow(1, 1, sizes.length).flatten();
        return step(model, () -> model.call(tokens).flatten(0, 1), next);
    }

    private static final class Gpt extends Module {
        private final Embedding words;
        private final Embedding places;
        private final ModuleList blocks;
        private final LayerNorm norm;
        private final Linear scores;

        Gpt(GptSizes sizes) {
            words = registerModule("words", new Embedding(sizes.alphabet, sizes.width));
            places = registerModule("places", new Embedding(sizes.length, sizes.width));
            blocks = registerModule(
                    "blocks",
                    new ModuleList(Stream.generate(() -> new Block(sizes))
                            .limit(sizes.layers)
                            .toList()));
            norm = registerModule("norm", new LayerNorm(sizes.width));
            scores = registerModule("scores", new Linear(sizes.width, sizes.alphabet));
        }

        @Override
        public Tensor forward(Tensor tokens) { // (N, T) to (N, T, alphabet)
            Tensor x = words.call(tokens).add(places.call(Tensor.arange(tokens.size(1))));
            for (Module block : blocks) {
                x = block.call(x);
            }
            return scores.call(norm.call(x));
        }
    }

    private static final class Block extends Module {
        private final GptSizes sizes;
        private final LayerNorm norm1;
        private final Linear attended;
        private final Linear mixed;
        private final LayerNorm norm2;
        private final Linear wide;
        private final Linear narrow;

        Block(GptSizes sizes) {
            this.sizes = sizes;
            long width = sizes.width;
            norm1 = registerModule("norm1", new LayerNorm(width));
            attended = registerModule("attended", new Linear(width, 3 * width));
            mixed = registerModule("mixed", new Linear(width, width));
            norm2 = registerModule("norm2", new LayerNorm(width));
            wide = registerModule("wide", new Linear(width, 4 * width));
            narrow = registerModule("narrow", new Linear(4 * width, width));
        }

        @Override
        public Tensor forward(Tensor x) { // (N, T, width)
            Tensor heads = attended.call(norm1.call(x)) // to (3, N, heads, T, width / heads)
                    .view(x.size(0), x.size(1), 3, sizes.heads, sizes.width / sizes.heads)
                    .permute(2, 0, 3, 1, 4);
            Tensor seen = F.scaledDotProductAttention(heads.select(0, 0), heads.select(0, 1), heads.select(0, 2), true);
            Tensor y = x.add(mixed.call(seen.transpose(1, 2).flatten(2, 3)));
            return y.add(narrow.call(F.gelu(wide.call(norm2.call(y)))));
        }
    }
}
