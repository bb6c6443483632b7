package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.monitor.Progress;
import io.gatun.nn.F;
import io.gatun.nn.Linear;
import io.gatun.nn.Metrics;
import io.gatun.nn.Module;
import io.gatun.nn.TransformerEncoder;
import io.gatun.nn.TransformerEncoderLayer;
import io.gatun.nn.TransformerOptions;
import io.gatun.nn.data.Batch;
import io.gatun.nn.data.DataLoader;
import io.gatun.nn.data.Subset;
import io.gatun.nn.data.TensorDataset;
import io.gatun.nn.optim.Adam;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets the rows of handwritten digits attend to each other, and tests that on a fifth that was never seen. */
@Command(
        name = "DigitsTransformer",
        mixinStandardHelpOptions = true,
        description = "Trains a Transformer encoder on the rows of handwritten digits.")
public final class DigitsTransformer implements Callable<Integer> {
    @Option(names = "--epochs", defaultValue = "30", description = "passes over the images (${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--seed", defaultValue = "1", description = "seed of weights and order (${DEFAULT-VALUE})")
    private long seed;

    /** Each row becomes a token, to which its place is added; the digit is told by the tokens' mean. */
    private static final class Net extends Module {
        private static final int WIDTH = 64;
        private final Linear embed = registerModule("embed", new Linear(8, WIDTH));
        private final Tensor places =
                registerParameter("places", Tensor.randn(8, WIDTH).mul(0.1));
        private final TransformerEncoder encoder = registerModule(
                "encoder",
                new TransformerEncoder(
                        new TransformerEncoderLayer(
                                WIDTH,
                                4,
                                TransformerOptions.defaults()
                                        .dimFeedforward(128)
                                        .batchFirst(true)),
                        2));
        private final Linear out = registerModule("out", new Linear(WIDTH, 10));

        @Override
        public Tensor forward(Tensor rows) {
            Tensor tokens = embed.call(rows).add(places); // (N, 8, WIDTH)
            return out.call(encoder.call(tokens).mean(1));
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new DigitsTransformer(), args);
    }

    @Override
    public Integer call() throws IOException {
        Random.manualSeed(seed);
        TensorDataset digits = Shipped.digits();
        List<Subset> parts = Subset.randomSplit(digits, new Generator(seed), 0.8, 0.2);
        DataLoader batches = new DataLoader(parts.get(0), 32, true);

        Net model = new Net();
        Adam optimizer = new Adam(model.parameters(), 1e-3);
        try (Progress progress = new Progress("training", epochs)) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                Metrics.Mean mean = new Metrics.Mean();
                for (Batch batch : batches) {
                    try (TensorScope _ = TensorScope.open()) { // the step's tensors are given back at once
                        Tensor loss = F.crossEntropy(model.call(batch.input()), batch.target());
                        optimizer.zeroGrad();
                        loss.backward();
                        optimizer.step();
                        mean.add(loss.item(), batch.size());
                    }
                }
                progress.metric("loss", mean.value()).step();
            }
        }

        Batch heldOut = new DataLoader(parts.get(1), digits.size()).iterator().next();
        try (var _ = Autograd.noGrad()) {
            Tensor scores = model.eval().call(heldOut.input());
            System.out.printf(
                    "accuracy on %d digits held out: %.2f %%%n",
                    heldOut.size(), 100 * Metrics.accuracy(scores, heldOut.target()));
        }
        return 0;
    }
}
