package io.gatun.examples;

import io.gatun.nn.F;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Finds θ in y = θ0 x + θ1 sin(x) + θ2 cos(x / 4), in double precision, by stochastic gradient descent's optimiser. */
@Command(
        name = "BasisFit",
        mixinStandardHelpOptions = true,
        description = "Fits three coefficients in double precision with SGD.")
public final class BasisFit implements Callable<Integer> {
    @Option(names = "--steps", defaultValue = "2000", description = "steps of gradient descent (${DEFAULT-VALUE})")
    private int steps;

    @Option(names = "--lr", defaultValue = "0.01", description = "learning rate (${DEFAULT-VALUE})")
    private double learningRate;

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new BasisFit(), args);
    }

    @Override
    public Integer call() {
        Tensor x = Tensor.arange(0, 10, 0.1).to(DType.F64);
        Tensor y = model(x, Tensor.of(new double[] {-0.3, 2, 1.5}, DType.F64));
        Tensor theta = Tensor.of(new double[] {1, 1, 1}, DType.F64).requiresGrad_(true);
        SGD optimizer = new SGD(List.of(theta), learningRate);
        for (int step = 1; step <= steps; step++) {
            try (TensorScope _ = TensorScope.open()) {
                Tensor loss = F.mseLoss(model(x, theta), y);
                optimizer.zeroGrad();
                loss.backward();
                optimizer.step();
                if (step % Math.max(1, steps / 10) == 0) {
                    System.out.printf("%5d  loss %.3e%n", step, loss.item());
                }
            }
        }
        double[] found = theta.detach().toDoubleArray();
        System.out.printf("y = %.8f x + %.8f sin(x) + %.8f cos(x / 4)%n", found[0], found[1], found[2]);
        return 0;
    }

    private static Tensor model(Tensor x, Tensor theta) {
        return theta.get(0)
                .mul(x)
                .add(theta.get(1).mul(x.sin()))
                .add(theta.get(2).mul(x.div(4).cos()));
    }
}
