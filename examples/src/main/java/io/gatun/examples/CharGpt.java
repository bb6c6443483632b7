package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.nn.*;
import io.gatun.nn.Module;
import io.gatun.nn.optim.AdamW;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Learns to write like a text, character by character, with a small Transformer that sees only what is behind it. */
@Command(
        name = "CharGpt",
        mixinStandardHelpOptions = true,
        description = "Trains a character-level GPT on a text and prints what it writes.")
public final class CharGpt implements Callable<Integer> {
    private static final int CONTEXT = 32;
    private static final int WIDTH = 64;
    private static final TransformerOptions OPTIONS = TransformerOptions.defaults()
            .dimFeedforward(4 * WIDTH)
            .dropout(0)
            .activation(F::gelu)
            .batchFirst(true)
            .normFirst(true);

    @Parameters(arity = "0..1", description = "a text in UTF-8 (default: sonnets by Shakespeare)")
    private @Nullable Path text;

    @Option(names = "--steps", defaultValue = "800", description = "steps of training (${DEFAULT-VALUE})")
    private int steps;

    @Option(names = "--seed", defaultValue = "1", description = "seed of weights, batches, samples (${DEFAULT-VALUE})")
    private long seed;

    /** Characters and their places as vectors, attention to what is behind, scores of the next character. */
    private static final class Gpt extends Module {
        private final Embedding characters;
        private final Embedding places = registerModule("places", new Embedding(CONTEXT, WIDTH));
        private final TransformerEncoder blocks;
        private final Linear scores;

        Gpt(int alphabet) {
            characters = registerModule("characters", new Embedding(alphabet, WIDTH));
            var block = new TransformerEncoderLayer(WIDTH, 4, OPTIONS);
            blocks = registerModule("blocks", new TransformerEncoder(block, 3, new LayerNorm(WIDTH)));
            scores = registerModule("scores", new Linear(WIDTH, alphabet));
        }

        @Override
        public Tensor forward(Tensor tokens) { // (N, T) to (N, T, alphabet)
            Tensor x = characters.call(tokens).add(places.call(Tensor.arange(tokens.size(1))));
            return scores.call(blocks.call(x, Transformer.generateSquareSubsequentMask(tokens.size(1)), null));
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new CharGpt(), args);
    }

    @Override
    public Integer call() throws IOException {
        Random.manualSeed(seed);
        String whole = Files.readString(text == null ? Shipped.file("sonnets.txt") : text);
        int[] alphabet = whole.codePoints().sorted().distinct().toArray();
        Tensor tokens = Tensor.of(whole.codePoints()
                .mapToLong(c -> Arrays.binarySearch(alphabet, c))
                .toArray());
        List<Tensor> parts = tokens.tensorSplit(new long[] {tokens.numel() * 9 / 10}, 0);
        Gpt model = new Gpt(alphabet.length);
        AdamW optimizer = new AdamW(model.parameters(), 3e-3);
        for (int step = 1; step <= steps; step++) {
            try (TensorScope _ = TensorScope.open()) { // the step's tensors are given back at once
                Tensor loss = loss(model, parts.get(0));
                optimizer.zeroGrad();
                loss.backward();
                optimizer.step();
                if (step % Math.max(1, steps / 5) == 0) {
                    try (var _ = Autograd.noGrad()) {
                        double unseen = loss(model, parts.get(1)).item();
                        System.out.printf("%nstep %d  loss %.4f  held out %.4f%n", step, loss.item(), unseen);
                        write(model, alphabet, parts.get(1).narrow(0, 0, 1).unsqueeze(0));
                    }
                }
            }
        }
        return 0;
    }

    /** How badly the next characters are told, over pieces of the text drawn at random. */
    private static Tensor loss(Gpt model, Tensor tokens) {
        Tensor starts = Tensor.randint(0, tokens.numel() - CONTEXT, Shape.of(16, 1));
        Tensor places = starts.add(Tensor.arange(CONTEXT));
        Tensor scores = model.call(tokens.take(places));
        return F.crossEntropy(scores.flatten(0, 1), tokens.take(places.add(1)).flatten());
    }

    /** Draws each next character by its probability. */
    private static void write(Gpt model, int[] alphabet, Tensor first) {
        Tensor behind = first; // (1, up to CONTEXT)
        for (int i = 0; i < 200; i++) {
            Tensor next = model.call(behind).select(1, -1).softmax(-1).multinomial(1);
            System.out.print(Character.toString(alphabet[(int) next.itemLong()]));
            long kept = Math.min(CONTEXT - 1, behind.size(1));
            behind = Tensor.cat(List.of(behind.narrow(1, behind.size(1) - kept, kept), next), 1);
        }
        System.out.println();
    }
}
