package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.monitor.Plots;
import io.gatun.monitor.Progress;
import io.gatun.nn.F;
import io.gatun.nn.Linear;
import io.gatun.nn.Metrics;
import io.gatun.nn.Module;
import io.gatun.nn.Reduction;
import io.gatun.nn.data.Batch;
import io.gatun.nn.data.DataLoader;
import io.gatun.nn.optim.Adam;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Learns to draw digits: a variational autoencoder (Kingma and Welling, "Auto-encoding variational Bayes", 2013). */
@Command(
        name = "DigitsVae",
        mixinStandardHelpOptions = true,
        description = "Trains a variational autoencoder on handwritten digits and draws new ones.")
public final class DigitsVae implements Callable<Integer> {
    @Option(names = "--epochs", defaultValue = "100", description = "passes over the images (${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--seed", defaultValue = "1", description = "seed of weights, order and digits (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--out", defaultValue = "out", description = "folder for the picture (${DEFAULT-VALUE})")
    private Path out;

    /** An image becomes a normal distribution of codes, and a code an image. */
    private static final class Vae extends Module {
        private static final int CODE = 8;
        private final Linear hidden = registerModule("hidden", new Linear(64, 256));
        private final Linear mu = registerModule("mu", new Linear(256, CODE));
        private final Linear logVar = registerModule("log_var", new Linear(256, CODE));
        private final Linear unhidden = registerModule("unhidden", new Linear(CODE, 256));
        private final Linear image = registerModule("image", new Linear(256, 64));

        /** What it costs to describe the images, (N, 64), by codes and codes by the standard normal, in nats an image. */
        Tensor loss(Tensor images) {
            Tensor h = hidden.call(images).relu();
            Tensor mean = mu.call(h);
            Tensor logVariance = logVar.call(h);
            Tensor code =
                    mean.add(Tensor.randnLike(mean).mul(logVariance.mul(0.5).exp()));
            Tensor wrong = F.binaryCrossEntropy(decode(code), images, null, Reduction.SUM);
            Tensor divergence = mean.square()
                    .add(logVariance.exp())
                    .sub(1)
                    .sub(logVariance)
                    .sum()
                    .mul(0.5);
            return wrong.add(divergence).div(images.size(0));
        }

        Tensor decode(Tensor code) {
            return image.call(unhidden.call(code).relu()).sigmoid();
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new DigitsVae(), args);
    }

    @Override
    public Integer call() throws IOException {
        Random.manualSeed(seed);
        DataLoader batches = new DataLoader(Shipped.digits(), 64, true);
        Vae model = new Vae();
        Adam optimizer = new Adam(model.parameters(), 1e-3);
        try (Progress progress = new Progress("training", epochs)) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                Metrics.Mean mean = new Metrics.Mean();
                for (Batch batch : batches) {
                    try (TensorScope _ = TensorScope.open()) { // the step's tensors are given back at once
                        Tensor loss = model.loss(batch.input().flatten(1));
                        optimizer.zeroGrad();
                        loss.backward();
                        optimizer.step();
                        mean.add(loss.item(), batch.size());
                    }
                }
                progress.metric("loss", mean.value()).step();
            }
        }
        try (var _ = Autograd.noGrad()) {
            Tensor drawn = model.decode(Tensor.randn(64, Vae.CODE)).reshape(64, 8, 8);
            Plots.images(drawn).title("Digits that nobody wrote").save(out.resolve("digits-drawn.png"));
        }
        System.out.println("wrote digits-drawn.png to " + out);
        return 0;
    }
}
