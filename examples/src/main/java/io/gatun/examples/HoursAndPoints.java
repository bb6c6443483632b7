package io.gatun.examples;

import io.gatun.autograd.Autograd;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Learns points = w · hours from three pairs, one sample a step, and predicts the points of four hours. */
@Command(
        name = "HoursAndPoints",
        mixinStandardHelpOptions = true,
        description = "Learns one weight from (1, 2), (2, 4), (3, 6).")
public final class HoursAndPoints implements Callable<Integer> {
    private static final double[] HOURS = {1, 2, 3};
    private static final double[] POINTS = {2, 4, 6};

    @Option(names = "--epochs", defaultValue = "100", description = "passes over the pairs (${DEFAULT-VALUE})")
    private int epochs;

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new HoursAndPoints(), args);
    }

    @Override
    public Integer call() {
        Tensor w = Tensor.of(1.0).requiresGrad_(true);
        System.out.printf("before training, 4 hours give %.4f points%n", w.item() * 4);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            double loss = 0;
            for (int i = 0; i < HOURS.length; i++) {
                try (TensorScope _ = TensorScope.open()) {
                    Tensor error = w.mul(HOURS[i]).sub(POINTS[i]).square();
                    error.backward();
                    try (var _ = Autograd.noGrad()) {
                        w.sub_(w.grad().mul(0.01));
                    }
                    w.clearGrad();
                    loss = error.item();
                }
            }
            if (epoch % 10 == 0) {
                System.out.printf("%4d  loss %.8f  w %.6f%n", epoch, loss, w.item());
            }
        }
        System.out.printf("after training, 4 hours give %.4f points%n", w.item() * 4);
        return 0;
    }
}
