package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.monitor.Plots;
import io.gatun.monitor.Progress;
import io.gatun.nn.CrossEntropyLoss;
import io.gatun.nn.Linear;
import io.gatun.nn.Module;
import io.gatun.nn.ReLU;
import io.gatun.nn.Sequential;
import io.gatun.nn.data.Batch;
import io.gatun.nn.data.DataLoader;
import io.gatun.nn.data.Subset;
import io.gatun.nn.data.TensorDataset;
import io.gatun.nn.optim.Adam;
import io.gatun.numpy.Npy;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains a network on handwritten digits that NumPy wrote, and tests it on a fifth that it never saw. */
@Command(
        name = "Digits",
        mixinStandardHelpOptions = true,
        description = "Trains an MLP on handwritten digits from .npy files.")
public final class Digits implements Callable<Integer> {
    @Option(names = "--images", description = "images, (n, 8, 8) with values 0 to 16 (default: the 1797 shipped)")
    private @Nullable Path imagesFile;

    @Option(names = "--labels", description = "their digits, (n) (default: the 1797 shipped)")
    private @Nullable Path labelsFile;

    @Option(names = "--epochs", defaultValue = "30", description = "passes over the images (${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--seed", defaultValue = "1", description = "seed of weights and order (${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--out",
            defaultValue = "out",
            description = "folder for loss curve and predictions (${DEFAULT-VALUE})")
    private Path out;

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new Digits(), args);
    }

    @Override
    public Integer call() throws IOException {
        Random.manualSeed(seed);
        Tensor images = Npy.map(imagesFile == null ? Shipped.file("digits-images.npy") : imagesFile)
                .to(Device.getDefault());
        Tensor labels = Npy.map(labelsFile == null ? Shipped.file("digits-labels.npy") : labelsFile)
                .to(Device.getDefault());
        if (images.dim() != 3 || labels.dim() != 1 || images.size(0) != labels.size(0)) {
            throw new ShapeException("images of shape " + images.shape() + " and labels of shape " + labels.shape()
                    + " do not belong together: expected (n, height, width) and (n)");
        }
        Tensor inputs = images.flatten(1).toFloat().div(16);
        TensorDataset digits = new TensorDataset(inputs, labels.toLong());
        List<Subset> parts = Subset.randomSplit(digits, new Generator(seed), 0.8, 0.2);

        Module model = new Sequential(
                new Linear(inputs.size(1), 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10));
        Adam optimizer = new Adam(model.parameters(), 1e-3);
        CrossEntropyLoss lossFunction = new CrossEntropyLoss();
        DataLoader batches = new DataLoader(parts.get(0), 32, true);
        List<Double> losses = new ArrayList<>();
        try (Progress progress = new Progress("training", epochs)) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                double total = 0;
                long correct = 0;
                for (Batch batch : batches) {
                    try (TensorScope _ = TensorScope.open()) { // the step's tensors are given back at once
                        Tensor scores = model.call(batch.input());
                        Tensor loss = lossFunction.call(scores, batch.target());
                        optimizer.zeroGrad();
                        loss.backward();
                        optimizer.step();
                        total += loss.item() * batch.size();
                        correct += scores.argmax(1).eq(batch.target()).sum().itemLong();
                    }
                }
                losses.add(total / parts.get(0).size());
                progress.metric("loss", losses.getLast())
                        .metric("accuracy", (double) correct / parts.get(0).size())
                        .step();
            }
        }
        Batch heldOut = new DataLoader(parts.get(1), digits.size()).iterator().next();
        Tensor predictions;
        try (var _ = Autograd.noGrad()) {
            predictions = model.eval().call(heldOut.input()).argmax(1);
        }
        double accuracy = predictions.eq(heldOut.target()).toFloat().mean().item();
        System.out.printf("final loss %.6f%n", losses.isEmpty() ? Double.NaN : losses.getLast());
        System.out.printf("accuracy on %d digits held out: %.2f %%%n", predictions.numel(), 100 * accuracy);
        Plots.loss(losses).save(out.resolve("digits-loss.png")); // makes the folder
        Npy.save(out.resolve("digits-predictions.npy"), predictions);
        System.out.println("wrote digits-predictions.npy and digits-loss.png to " + out);
        return 0;
    }
}
