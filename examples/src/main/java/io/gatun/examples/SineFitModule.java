package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.nn.Flatten;
import io.gatun.nn.Linear;
import io.gatun.nn.MSELoss;
import io.gatun.nn.Reduction;
import io.gatun.nn.Sequential;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@link SineFit} with modules: the powers x, x², x³ through one linear layer, and the loss a module too. */
@Command(
        name = "SineFitModule",
        mixinStandardHelpOptions = true,
        description = "Fits a cubic to sin(x) with Sequential(Linear(3, 1), Flatten(0, 1)).")
public final class SineFitModule implements Callable<Integer> {
    @Option(names = "--steps", defaultValue = "2000", description = "steps of gradient descent (${DEFAULT-VALUE})")
    private int steps;

    @Option(names = "--seed", defaultValue = "0", description = "seed of the first coefficients (${DEFAULT-VALUE})")
    private long seed;

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new SineFitModule(), args);
    }

    @Override
    public Integer call() {
        Random.manualSeed(seed);
        Tensor x = Tensor.linspace(-Math.PI, Math.PI, 2000);
        Tensor y = x.sin();
        Tensor powers = x.unsqueeze(-1).pow(Tensor.of(new long[] {1, 2, 3}));

        Sequential model = new Sequential(new Linear(3, 1), new Flatten(0, 1));
        MSELoss lossFunction = new MSELoss(Reduction.SUM);
        double learningRate = 1e-6;
        for (int step = 1; step <= steps; step++) {
            try (TensorScope _ = TensorScope.open()) {
                Tensor loss = lossFunction.call(model.call(powers), y);
                if (step % 100 == 0) {
                    System.out.printf("%5d  loss %.6f%n", step, loss.item());
                }
                model.zeroGrad();
                loss.backward();
                try (var _ = Autograd.noGrad()) {
                    for (Tensor parameter : model.parameters()) {
                        parameter.sub_(parameter.grad().mul(learningRate));
                    }
                }
            }
        }
        Linear linear = model.get(0, Linear.class);
        float[] w = linear.weight().toFloatArray();
        System.out.printf(
                "y = %.4f + %.4f x + %.4f x² + %.4f x³%n", linear.bias().item(), w[0], w[1], w[2]);
        return 0;
    }
}
