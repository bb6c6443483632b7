package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.monitor.Plots;
import io.gatun.monitor.Progress;
import io.gatun.nn.Conv2d;
import io.gatun.nn.F;
import io.gatun.nn.Flatten;
import io.gatun.nn.Linear;
import io.gatun.nn.MaxPool2d;
import io.gatun.nn.Metrics;
import io.gatun.nn.Module;
import io.gatun.nn.ReLU;
import io.gatun.nn.Sequential;
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
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains a convolutional network on handwritten digits, and shows what it takes for what on a fifth held out. */
@Command(
        name = "DigitsCnn",
        mixinStandardHelpOptions = true,
        description = "Trains two convolutions and a linear layer on handwritten digits.")
public final class DigitsCnn implements Callable<Integer> {
    @Option(names = "--epochs", defaultValue = "20", description = "passes over the images (${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--seed", defaultValue = "1", description = "seed of weights and order (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--out", defaultValue = "out", description = "folder for the picture (${DEFAULT-VALUE})")
    private Path out;

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new DigitsCnn(), args);
    }

    @Override
    public Integer call() throws IOException {
        Random.manualSeed(seed);
        TensorDataset digits = Shipped.digits();
        List<Subset> parts = Subset.randomSplit(digits, new Generator(seed), 0.8, 0.2);
        DataLoader batches = new DataLoader(parts.get(0), 32, true);

        Module model = new Sequential(
                new Conv2d(1, 16, 3, 1, 1),
                new ReLU(),
                new MaxPool2d(2),
                new Conv2d(16, 32, 3, 1, 1),
                new ReLU(),
                new MaxPool2d(2),
                new Flatten(),
                new Linear(32 * 2 * 2, 10));
        Adam optimizer = new Adam(model.parameters(), 2e-3);
        try (Progress progress = new Progress("training", epochs)) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                Metrics.Mean mean = new Metrics.Mean();
                for (Batch batch : batches) {
                    try (TensorScope _ = TensorScope.open()) { // the step's tensors are given back at once
                        Tensor loss = F.crossEntropy(model.call(batch.input().unsqueeze(1)), batch.target());
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
            Tensor scores = model.eval().call(heldOut.input().unsqueeze(1));
            System.out.printf(
                    "accuracy on %d digits held out: %.2f %%%n",
                    heldOut.size(), 100 * Metrics.accuracy(scores, heldOut.target()));
            Plots.confusionMatrix(Metrics.confusionMatrix(scores, heldOut.target()))
                    .save(out.resolve("digits-confusion.png"));
        }
        System.out.println("wrote digits-confusion.png to " + out);
        return 0;
    }
}
