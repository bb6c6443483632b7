package io.gatun.examples;

import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fits y = a + b x + c x² + d x³ to sin(x), with gradients worked out by hand: tensors only, no autograd. */
@Command(
        name = "SineFit",
        mixinStandardHelpOptions = true,
        description = "Fits a cubic to sin(x) with gradients by hand.")
public final class SineFit implements Callable<Integer> {
    @Option(names = "--steps", defaultValue = "2000", description = "steps of gradient descent (${DEFAULT-VALUE})")
    private int steps;

    @Option(names = "--seed", defaultValue = "0", description = "seed of the first coefficients (${DEFAULT-VALUE})")
    private long seed;

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new SineFit(), args);
    }

    @Override
    public Integer call() {
        Random.manualSeed(seed);
        Tensor x = Tensor.linspace(-Math.PI, Math.PI, 2000);
        Tensor y = x.sin();
        double a = Tensor.randn().item();
        double b = Tensor.randn().item();
        double c = Tensor.randn().item();
        double d = Tensor.randn().item();
        double learningRate = 1e-6;
        for (int step = 1; step <= steps; step++) {
            try (TensorScope _ = TensorScope.open()) { // the step's tensors are given back at once
                Tensor predicted = x.mul(d).add(c).mul(x).add(b).mul(x).add(a);
                Tensor difference = predicted.sub(y);
                if (step % 100 == 0) {
                    System.out.printf(
                            "%5d  loss %.6f%n", step, difference.square().sum().item());
                }
                Tensor slope = difference.mul(2);
                a -= learningRate * slope.sum().item();
                b -= learningRate * slope.mul(x).sum().item();
                c -= learningRate * slope.mul(x.square()).sum().item();
                d -= learningRate * slope.mul(x.pow(3)).sum().item();
            }
        }
        System.out.printf("y = %.4f + %.4f x + %.4f x² + %.4f x³%n", a, b, c, d);
        return 0;
    }
}
