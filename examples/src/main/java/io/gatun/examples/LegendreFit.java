package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.Context;
import io.gatun.autograd.Function;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fits y = a + b P3(c + d x) to sin(x), with the Legendre polynomial P3 as an operator that brings its own gradient. */
@Command(
        name = "LegendreFit",
        mixinStandardHelpOptions = true,
        description = "Fits a + b P3(c + d x) to sin(x) with a custom autograd function.")
public final class LegendreFit implements Callable<Integer> {
    @Option(names = "--steps", defaultValue = "2000", description = "steps of gradient descent (${DEFAULT-VALUE})")
    private int steps;

    /** P3(x) = (5x³ − 3x) / 2. */
    private static final class LegendrePolynomial3 extends Function {
        @Override
        protected Tensor[] forward(Context context, Tensor... inputs) {
            Tensor x = inputs[0];
            context.saveForBackward(x);
            return of(x.pow(3).mul(5).sub(x.mul(3)).mul(0.5));
        }

        @Override
        protected Tensor[] backward(Context context, Tensor... gradients) {
            Tensor x = context.savedTensors()[0];
            return of(gradients[0].mul(x.square().mul(5).sub(1).mul(1.5)));
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new LegendreFit(), args);
    }

    @Override
    public Integer call() {
        double[] fit = fit();
        System.out.printf("y = %.6f + %.6f P3(%.6f + %.6f x)%n", fit[0], fit[1], fit[2], fit[3]);
        return 0;
    }

    /** The coefficients a, b, c and d. */
    double[] fit() {
        Tensor x = Tensor.linspace(-Math.PI, Math.PI, 2000);
        Tensor y = x.sin();
        Tensor a = Tensor.of(0.0).requiresGrad_(true);
        Tensor b = Tensor.of(-1.0).requiresGrad_(true);
        Tensor c = Tensor.of(0.0).requiresGrad_(true);
        Tensor d = Tensor.of(0.3).requiresGrad_(true);
        LegendrePolynomial3 p3 = new LegendrePolynomial3();
        double learningRate = 5e-6;
        for (int step = 1; step <= steps; step++) {
            try (TensorScope _ = TensorScope.open()) {
                Tensor predicted = a.add(b.mul(p3.apply(c.add(d.mul(x)))));
                Tensor loss = predicted.sub(y).square().sum();
                if (step % 100 == 0) {
                    System.out.printf("%5d  loss %.6f%n", step, loss.item());
                }
                loss.backward();
                try (var _ = Autograd.noGrad()) {
                    for (Tensor coefficient : List.of(a, b, c, d)) {
                        coefficient.sub_(coefficient.grad().mul(learningRate));
                        coefficient.clearGrad();
                    }
                }
            }
        }
        return new double[] {a.item(), b.item(), c.item(), d.item()};
    }
}
