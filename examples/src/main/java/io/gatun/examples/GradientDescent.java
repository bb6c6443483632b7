package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.tensor.Tensor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Walks down x² + 20 from x = 10 by its gradient, and shows the gradient of 2x² at 10. */
@Command(
        name = "GradientDescent",
        mixinStandardHelpOptions = true,
        description = "Finds the minimum of x² + 20 by gradient descent.")
public final class GradientDescent implements Callable<Integer> {
    @Option(names = "--steps", defaultValue = "100", description = "steps (${DEFAULT-VALUE})")
    private int steps;

    @Option(names = "--lr", defaultValue = "0.1", description = "learning rate (${DEFAULT-VALUE})")
    private double learningRate;

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new GradientDescent(), args);
    }

    @Override
    public Integer call() {
        Tensor ten = Tensor.of(10.0).requiresGrad_(true);
        ten.square().mul(2).backward();
        System.out.println("the gradient of 2x² at 10 is " + ten.grad());

        Tensor x = Tensor.of(10.0).requiresGrad_(true);
        for (int step = 1; step <= steps; step++) {
            Tensor y = x.square().add(20);
            y.backward();
            try (var _ = Autograd.noGrad()) {
                x.sub_(x.grad().mul(learningRate));
            }
            x.clearGrad();
            if (step % Math.max(1, steps / 10) == 0) {
                System.out.printf("%4d  x = %.6f  y = %.6f%n", step, x.item(), y.item());
            }
        }
        return 0;
    }
}
