package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.monitor.Plots;
import io.gatun.nn.Linear;
import io.gatun.nn.MSELoss;
import io.gatun.nn.data.Batch;
import io.gatun.nn.data.DataLoader;
import io.gatun.nn.data.Datasets;
import io.gatun.nn.data.TensorDataset;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fits a line to noisy points in batches of 16, and draws the loss curve and the line. */
@Command(
        name = "LinearRegression",
        mixinStandardHelpOptions = true,
        description = "Fits a line with TensorDataset, DataLoader, MSELoss and SGD.")
public final class LinearRegression implements Callable<Integer> {
    @Option(names = "--samples", defaultValue = "100", description = "points (${DEFAULT-VALUE})")
    private long samples;

    @Option(names = "--noise", defaultValue = "15", description = "their standard deviation (${DEFAULT-VALUE})")
    private double noise;

    @Option(names = "--epochs", defaultValue = "20", description = "passes over the points (${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--seed", defaultValue = "4", description = "seed of points, weights and order (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--out", defaultValue = "out", description = "folder for the two pictures (${DEFAULT-VALUE})")
    private Path out;

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new LinearRegression(), args);
    }

    @Override
    public Integer call() throws IOException {
        Random.manualSeed(seed);
        Datasets.Regression data = Datasets.makeRegression(samples, 1, noise);
        Tensor x = data.inputs();
        Tensor y = data.targets().unsqueeze(1);
        DataLoader batches = new DataLoader(new TensorDataset(x, y), 16, true);

        Linear model = new Linear(1, 1);
        MSELoss lossFunction = new MSELoss();
        SGD optimizer = new SGD(model.parameters(), 0.05);
        List<Double> losses = new ArrayList<>();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            double total = 0;
            for (Batch batch : batches) {
                try (TensorScope _ = TensorScope.open()) { // the step's tensors are given back at once
                    Tensor loss = lossFunction.call(model.call(batch.input()), batch.target());
                    optimizer.zeroGrad();
                    loss.backward();
                    optimizer.step();
                    total += loss.item() * batch.size();
                }
            }
            losses.add(total / samples);
            if (epoch % Math.max(1, epochs / 10) == 0) {
                System.out.printf("epoch %3d/%d  loss %.4f%n", epoch, epochs, losses.getLast());
            }
        }
        System.out.printf("true line: y = %.4f x%n", data.coefficients().item());
        System.out.printf(
                "fitted:    y = %.4f x + %.4f%n",
                model.weight().item(), model.bias().item());
        try (var _ = Autograd.noGrad()) {
            Plots.loss(losses).yLabel("mean squared error").save(out.resolve("regression-loss.png"));
            Plots.fit(x, y, model.call(x)).title("Linear regression").save(out.resolve("regression-fit.png"));
        }
        System.out.println("wrote regression-loss.png and regression-fit.png to " + out);
        return 0;
    }
}
