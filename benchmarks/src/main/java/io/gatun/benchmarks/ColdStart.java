package io.gatun.benchmarks;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs each kernel in fresh JVMs and fails on any that is not, two seconds after its first call, at least half as fast as
 * in the best of them.
 *
 * <p>A warm benchmark cannot see what this looks for: whether a Vector API kernel ends in the optimising compiler depends
 * on the order in which a starting JVM compiles methods. One that is caught in an earlier tier boxes every vector, a
 * hundred times slower, for the life of the process.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.gatun.benchmarks.ColdStart [RUNS [KERNEL...]] [-- JVM OPTION...]
 * </pre>
 */
public final class ColdStart {
    private static final long FIRST = TimeUnit.SECONDS.toNanos(2);
    private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int WINDOWS = 3;
    private static final int DEFAULT_RUNS = 20;

    private ColdStart() {}

    private static Map<String, Supplier<Tensor>> kernels() {
        Tensor x = Tensor.rand(1 << 16).add(0.5);
        Tensor y = Tensor.rand(1 << 16).add(0.5);
        Tensor doubles = x.toDouble();
        Tensor matrix = Tensor.rand(512, 512);
        Tensor doubleMatrix = Tensor.rand(384, 384).toDouble();
        Tensor small = Tensor.rand(48, 48);
        Tensor images = Tensor.rand(8, 16, 28, 28);
        Tensor integers = Tensor.randint(100, Shape.of(1 << 16)).to(DType.I32);
        Map<String, Supplier<Tensor>> kernels = new LinkedHashMap<>();
        kernels.put("add", () -> x.add(y));
        kernels.put("addNumber", () -> x.add(2.0));
        kernels.put("divF64", () -> doubles.div(doubles));
        kernels.put("addI32", () -> integers.add(integers));
        kernels.put("exp", x::exp);
        kernels.put("tanh", x::tanh);
        kernels.put("sigmoid", x::sigmoid);
        kernels.put("erf", x::erf);
        kernels.put("logF64", doubles::log);
        kernels.put("pow", () -> x.pow(y));
        kernels.put("compare", () -> x.lt(y));
        kernels.put("castToF64", x::toDouble);
        kernels.put("halves", () -> x.toHalf().mul(2.0));
        kernels.put("sum", x::sum);
        kernels.put("sumRows", () -> matrix.sum(1));
        kernels.put("sumColumns", () -> matrix.sum(0));
        kernels.put("amax", () -> matrix.amax(1));
        kernels.put("argmax", () -> matrix.argmax(1));
        kernels.put("cumsum", () -> matrix.cumsum(1));
        kernels.put("softmax", () -> matrix.softmax(1));
        kernels.put("transpose", () -> matrix.t().contiguous());
        kernels.put("strided", () -> matrix.t().add(matrix));
        kernels.put("matmul", () -> matrix.mm(matrix));
        kernels.put("matmulTransposed", () -> matrix.t().mm(matrix.t()));
        kernels.put("matmulF64", () -> doubleMatrix.mm(doubleMatrix));
        kernels.put("matmulSmall", () -> small.mm(small));
        kernels.put("matmulThin", () -> matrix.narrow(0, 0, 1).mm(matrix));
        kernels.put("unfold", () -> images.unfold(2, 3, 1).unfold(3, 3, 1).contiguous());
        return kernels;
    }

    /** Parent, or with {@code --child NAME} the process that is measured. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 2 && args[0].equals("--child")) {
            measure(Objects.requireNonNull(kernels().get(args[1]), args[1]));
            return;
        }
        List<String> all = Arrays.asList(args);
        int dashes = all.indexOf("--");
        List<String> own = dashes < 0 ? all : all.subList(0, dashes);
        List<String> options = dashes < 0 ? List.of() : all.subList(dashes + 1, all.size());
        int runs = own.isEmpty() ? DEFAULT_RUNS : Integer.parseInt(own.get(0));
        List<String> names = own.size() > 1
                ? own.subList(1, own.size())
                : List.copyOf(kernels().keySet());
        System.out.printf("%d fresh JVMs a kernel, options %s%n", runs, options);
        System.out.printf("%-18s %12s %12s %12s %8s%n", "kernel", "best µs", "median µs", "worst µs", "slow");
        int slow = 0;
        for (String name : names) {
            slow += examine(name, runs, options);
        }
        System.out.println(slow == 0 ? "no kernel was stuck" : slow + " runs were stuck");
        if (slow > 0) {
            System.exit(1);
        }
    }

    private static int examine(String name, int runs, List<String> options) throws IOException, InterruptedException {
        double[] micros = new double[runs];
        for (int run = 0; run < runs; run++) {
            micros[run] = child(name, options);
        }
        double[] sorted = micros.clone();
        Arrays.sort(sorted);
        double usual = sorted[runs / 2];
        int slow =
                (int) Arrays.stream(micros).filter(time -> time > 2 * sorted[0]).count();
        System.out.printf("%-18s %12.1f %12.1f %12.1f %8d%n", name, sorted[0], usual, sorted[runs - 1], slow);
        return slow;
    }

    private static double child(String name, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dgatun.threads=1")); // a later option of the caller's overrides it
        command.addAll(options);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), ColdStart.class.getName(), "--child", name));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            if (process.waitFor() != 0 || line == null) {
                throw new IOException("the child for " + name + " failed: run it with --child " + name);
            }
            return Double.parseDouble(line);
        }
    }

    /**
     * Prints microseconds a call in the best window after the first two seconds. Time is that of the calling thread on a
     * processor, so that neighbours on the machine do not decide.
     */
    private static void measure(Supplier<Tensor> kernel) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        while (threads.getCurrentThreadCpuTime() - start < FIRST) {
            call(kernel);
        }
        double best = Double.MAX_VALUE;
        for (int window = 0; window < WINDOWS; window++) {
            long from = threads.getCurrentThreadCpuTime();
            long calls = 0;
            long now;
            do {
                call(kernel);
                calls++;
                now = threads.getCurrentThreadCpuTime();
            } while (now - from < WINDOW);
            best = Math.min(best, (now - from) / 1e3 / calls);
        }
        System.out.println(best);
    }

    private static long call(Supplier<Tensor> kernel) {
        try (TensorScope _ = TensorScope.open()) {
            return kernel.get().numel();
        }
    }
}
