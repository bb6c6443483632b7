package io.gatun.benchmarks;

import io.gatun.autograd.Autograd;
import io.gatun.nn.F;
import io.gatun.nn.Linear;
import io.gatun.nn.ReLU;
import io.gatun.nn.Sequential;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Trains for 200,000 steps without closing anything, or so many, and prints the process's resident set on the way: it must
 * stay flat. At the end, how many requests the pool of memory served from memory used before.
 *
 * <pre>
 * java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar io.gatun.benchmarks.MemoryLoop
 *     [STEPS] [sine] [scope]
 * </pre>
 *
 * <p>With {@code sine} a cubic is fitted to a sine in 2,000 points, in place of a network of two layers; with {@code scope}
 * each step is in a {@link TensorScope}.
 */
public final class MemoryLoop {
    private static final int DEFAULT_STEPS = 200_000;
    private static final int LINES = 20;

    private MemoryLoop() {}

    /** Runs the loop; Linux only, as it reads the resident set from {@code /proc}. */
    public static void main(String[] args) throws IOException {
        List<String> words = List.of(args);
        int steps = words.stream()
                .filter(word -> Character.isDigit(word.charAt(0)))
                .findFirst()
                .map(Integer::valueOf)
                .orElse(DEFAULT_STEPS);
        run(steps, LINES, words.contains("sine"), words.contains("scope"));
        printPool();
    }

    /**
     * Trains for {@code steps} steps, printing a line at each of {@code lines} points.
     *
     * @return the resident set at each, in MiB
     */
    static long[] run(int steps, int lines, boolean sine, boolean scoped) throws IOException {
        Random.manualSeed(1);
        DoubleSupplier step = sine ? sineFit() : network();
        long[] resident = new long[lines];
        long start = System.nanoTime();
        for (int line = 0; line < lines; line++) {
            double loss = 0;
            for (int i = 0; i < steps / lines; i++) {
                if (scoped) {
                    try (TensorScope _ = TensorScope.open()) {
                        loss = step.getAsDouble();
                    }
                } else {
                    loss = step.getAsDouble();
                }
            }
            resident[line] = residentMebibytes();
            int done = steps / lines * (line + 1);
            System.out.printf(
                    "step %7d  resident %5d MiB  loss %.4f  %.0f µs a step%n",
                    done, resident[line], loss, (System.nanoTime() - start) / 1e3 / done);
        }
        return resident;
    }

    private static DoubleSupplier network() {
        Sequential model = new Sequential(new Linear(64, 64), new ReLU(), new Linear(64, 10));
        SGD optimizer = new SGD(model.parameters(), 0.01);
        Tensor x = Tensor.randn(32, 64);
        Tensor y = Tensor.randint(10, Shape.of(32));
        return () -> {
            optimizer.zeroGrad();
            Tensor error = F.crossEntropy(model.call(x), y);
            error.backward();
            optimizer.step();
            return error.item();
        };
    }

    private static DoubleSupplier sineFit() {
        Tensor x = Tensor.linspace(-Math.PI, Math.PI, 2000);
        Tensor y = x.sin();
        List<Tensor> c = DoubleStream.of(0.1, -0.2, 0.3, -0.4)
                .mapToObj(start -> Tensor.of(start).requiresGrad_(true))
                .toList();
        return () -> {
            Tensor fitted = c.get(0)
                    .add(c.get(1).mul(x))
                    .add(c.get(2).mul(x.pow(2)))
                    .add(c.get(3).mul(x.pow(3)));
            Tensor error = fitted.sub(y).pow(2).sum();
            error.backward();
            try (var _ = Autograd.noGrad()) {
                for (Tensor coefficient : c) {
                    coefficient.sub_(Objects.requireNonNull(coefficient.grad()).mul(1e-6));
                    coefficient.clearGrad();
                }
            }
            return error.item();
        };
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

    private static void printPool() throws IOException {
        Path file = Files.createTempFile("pool", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("io.gatun.Pool");
            recording.start();
            recording.stop();
            recording.dump(file);
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                long hits = event.getLong("hits");
                long misses = event.getLong("misses");
                System.out.printf(
                        "pool: %d MiB lent, %d MiB waiting, %d collections asked for; %.4f %% of %d requests served from"
                                + " memory used before%n",
                        event.getLong("lent") >> 20,
                        event.getLong("cached") >> 20,
                        event.getLong("collections"),
                        100.0 * hits / (hits + misses),
                        hits + misses);
            }
        } finally {
            Files.delete(file);
        }
    }
}
