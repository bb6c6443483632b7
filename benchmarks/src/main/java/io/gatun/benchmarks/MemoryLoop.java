package io.gatun.benchmarks;

import io.gatun.nn.F;
import io.gatun.nn.Linear;
import io.gatun.nn.ReLU;
import io.gatun.nn.Sequential;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trains for 200,000 steps without closing anything, and prints the process's resident set on the way: it must stay flat.
 *
 * <pre>
 * java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar io.gatun.benchmarks.MemoryLoop [STEPS]
 * </pre>
 */
public final class MemoryLoop {
    private static final int DEFAULT_STEPS = 200_000;
    private static final int LINES = 20;

    private MemoryLoop() {}

    /** Runs the loop; Linux only, as it reads the resident set from {@code /proc}. */
    public static void main(String[] args) throws IOException {
        run(args.length > 0 ? Integer.parseInt(args[0]) : DEFAULT_STEPS, LINES);
    }

    /** Trains for {@code steps} steps, printing a line at each of {@code lines} points; the resident set at each, in MiB. */
    static long[] run(int steps, int lines) throws IOException {
        Random.manualSeed(1);
        Sequential model = new Sequential(new Linear(64, 64), new ReLU(), new Linear(64, 10));
        SGD optimizer = new SGD(model.parameters(), 0.01);
        Tensor x = Tensor.randn(32, 64);
        Tensor y = Tensor.randint(10, Shape.of(32));
        long[] resident = new long[lines];
        long start = System.nanoTime();
        for (int line = 0; line < lines; line++) {
            double loss = 0;
            for (int step = 0; step < steps / lines; step++) {
                optimizer.zeroGrad();
                Tensor error = F.crossEntropy(model.call(x), y);
                error.backward();
                optimizer.step();
                loss = error.item();
            }
            resident[line] = residentMebibytes();
            int done = steps / lines * (line + 1);
            System.out.printf(
                    "step %7d  resident %5d MiB  loss %.4f  %.0f µs a step%n",
                    done, resident[line], loss, (System.nanoTime() - start) / 1e3 / done);
        }
        return resident;
    }

    /** The memory that this process has now, by {@code /proc}. */
    static long residentMebibytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("/proc/self/status has no line VmRSS");
    }
}
