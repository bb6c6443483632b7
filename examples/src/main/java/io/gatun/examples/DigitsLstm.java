package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.monitor.Progress;
import io.gatun.nn.F;
import io.gatun.nn.LSTM;
import io.gatun.nn.Linear;
import io.gatun.nn.Metrics;
import io.gatun.nn.Module;
import io.gatun.nn.RecurrentOptions;
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

/** Reads handwritten digits row by row with an LSTM, and tests it on a fifth that it never saw. */
@Command(
        name = "DigitsLstm",
        mixinStandardHelpOptions = true,
        description = "Trains an LSTM on the rows of handwritten digits.")
public final class DigitsLstm implements Callable<Integer> {
    @Option(names = "--epochs", defaultValue = "30", description = "passes over the images (${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--seed", defaultValue = "1", description = "seed of weights and order (${DEFAULT-VALUE})")
    private long seed;

    /** What was read when the last row was is what the digit is told by. */
    private static final class Net extends Module {
        private final LSTM lstm = registerModule(
                "lstm", new LSTM(8, 64, RecurrentOptions.numLayers(1).batchFirst(true)));
        private final Linear out = registerModule("out", new Linear(64, 10));

        @Override
        public Tensor forward(Tensor rows) {
            Tensor states = lstm.call(rows); // (N, 8, 64)
            return out.call(states.select(1, -1));
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new DigitsLstm(), args);
    }

    @Override
    public Integer call() throws IOException {
        Random.manualSeed(seed);
        TensorDataset digits = Shipped.digits();
        List<Subset> parts = Subset.randomSplit(digits, new Generator(seed), 0.8, 0.2);
        DataLoader batches = new DataLoader(parts.get(0), 32, true);

        Net model = new Net();
        Adam optimizer = new Adam(model.parameters(), 2e-3);
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
