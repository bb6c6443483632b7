package io.gatun.benchmarks;

import io.gatun.autograd.Autograd;
import io.gatun.nn.Linear;
import io.gatun.nn.Module;
import io.gatun.nn.Sequential;
import io.gatun.nn.Tanh;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Memory against time of checkpoints: forward and backward through 96 layers, each {@code Linear(256, 256)} and
 * {@code Tanh} on a batch of 1024, in more and more segments, of which a backward pass computes all but the last again.
 * Each number of segments has a process of its own, whose greatest resident set is the memory.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.gatun.benchmarks.CheckpointBenchmark
 * </pre>
 */
public final class CheckpointBenchmark {
    private static final int LAYERS = 96;
    private static final int WIDTH = 256;
    private static final int BATCH = 1024;
    private static final int STEPS = 15;
    private static final int WARM_UP = 5;
    private static final int[] SEGMENTS = {1, 2, 4, 8, 12, 16, 32, 96};

    private CheckpointBenchmark() {}

    /** Parent, or with {@code --child SEGMENTS} the process that is measured; Linux only, as it reads {@code /proc}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 2 && args[0].equals("--child")) {
            child(Integer.parseInt(args[1]));
            return;
        }
        System.out.printf("%8s %10s %18s %10s%n", "segments", "median ms", "(fastest-slowest)", "peak MiB");
        for (int segments : SEGMENTS) {
            System.out.println(run(segments));
        }
    }

    private static String run(int segments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CheckpointBenchmark.class.getName(),
                        "--child",
                        Integer.toString(segments))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            if (process.waitFor() != 0 || line == null) {
                throw new IOException("the child failed: run it with --child " + segments);
            }
            return line;
        }
    }

    private static void child(int segments) throws IOException {
        Random.manualSeed(1);
        List<Module> layers = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            layers.add(new Sequential(new Linear(WIDTH, WIDTH), new Tanh()));
        }
        Sequential model = new Sequential(layers);
        Tensor x = Tensor.randn(BATCH, WIDTH);
        double[] millis = new double[STEPS];
        for (int step = -WARM_UP; step < STEPS; step++) {
            long start = System.nanoTime();
            try (TensorScope _ = TensorScope.open()) {
                model.zeroGrad();
                Autograd.checkpointSequential(model.calls(), segments, x)
                        .square()
                        .mean()
                        .backward();
            }
            if (step >= 0) {
                millis[step] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        System.out.printf(
                "%8d %10.0f %18s %10d%n",
                segments,
                millis[STEPS / 2],
                String.format("(%.0f-%.0f)", millis[0], millis[STEPS - 1]),
                peakMebibytes());
    }

    private static long peakMebibytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        throw new IOException("no VmHWM in /proc/self/status");
    }
}
