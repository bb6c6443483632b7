package io.gatun.examples;

import io.gatun.nn.F;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One layer and its cross entropy with logits, and the gradients of that: what autograd does, in ten lines. */
@Command(
        name = "LogitsGradient",
        mixinStandardHelpOptions = true,
        description = "Gradients of the binary cross entropy of x(5) w(5, 3) + b(3).")
public final class LogitsGradient implements Callable<Integer> {
    @Option(names = "--seed", defaultValue = "0", description = "seed of weights (${DEFAULT-VALUE})")
    private long seed;

    /** Runs the example. */
    public static void main(String[] args) {
        Example.launch(new LogitsGradient(), args);
    }

    @Override
    public Integer call() {
        Random.manualSeed(seed);
        Tensor x = Tensor.ones(5);
        Tensor y = Tensor.zeros(3);
        Tensor w = Tensor.randn(5, 3).requiresGrad_(true);
        Tensor b = Tensor.randn(3).requiresGrad_(true);
        Tensor z = x.matmul(w).add(b);
        Tensor loss = F.binaryCrossEntropyWithLogits(z, y);
        System.out.println("z = " + z);
        System.out.println("loss = " + loss);
        loss.backward();
        System.out.println("gradient of w = " + w.grad());
        System.out.println("gradient of b = " + b.grad());
        System.out.println(
                "(sigmoid(z) - y) / 3 = " + z.detach().sigmoid().sub(y).div(3));
        return 0;
    }
}
