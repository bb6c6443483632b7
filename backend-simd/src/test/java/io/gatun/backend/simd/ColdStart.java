package io.gatun.backend.simd;

import io.gatun.tensor.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A program, not a test: does the matrix product become fast in every fresh JVM? A kernel that is a little too large for a
 * tier of the JIT is fast in most runs and a hundred times slower for the whole life of some.
 *
 * <p>Starts a number of JVMs, one after the other, with no flag but what a user needs. Each multiplies for two seconds and
 * prints the speed of each fifth of a second. Fails if any does not reach half of the median of the best.
 *
 * <p>Arguments: {@code [runs] [size] [busy] [one-core]}; {@code busy} keeps the compile queue full with other methods,
 * {@code one-core} pins the JVM to a core with {@code taskset}. Further JVM flags in the environment's
 * {@code COLD_START_FLAGS}.
 */
final class ColdStart {

    private static final long RUN_NANOS = 2_000_000_000L;
    private static final int WINDOWS = 10;

    private ColdStart() {}

    /** Runs the check, or with {@code child} one of its JVMs. */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("child")) {
            child(Integer.parseInt(args[1]), Boolean.parseBoolean(args[2]));
            return;
        }
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int size = args.length > 1 ? Integer.parseInt(args[1]) : 1024;
        boolean busy = Arrays.asList(args).contains("busy");
        boolean oneCore = Arrays.asList(args).contains("one-core");
        double[] best = new double[runs];
        for (int run = 0; run < runs; run++) {
            String line = start(size, busy, oneCore);
            best[run] = Arrays.stream(line.trim().split("\\s+", -1))
                    .mapToDouble(Double::parseDouble)
                    .max()
                    .orElse(0);
            System.out.printf("%2d: %s%n", run + 1, line);
        }
        double[] sorted = best.clone();
        Arrays.sort(sorted);
        double half = sorted[runs / 2] / 2;
        long slow = Arrays.stream(best).filter(b -> b < half).count();
        System.out.printf(
                "size %d%s%s: best of each run %.0f to %.0f GFLOP/s, median %.0f: %d of %d below half%n",
                size,
                busy ? ", busy compile queue" : "",
                oneCore ? ", one core" : "",
                sorted[0],
                sorted[runs - 1],
                sorted[runs / 2],
                slow,
                runs);
        if (slow > 0) {
            System.exit(1);
        }
    }

    private static String start(int size, boolean busy, boolean oneCore) {
        List<String> command = new ArrayList<>();
        if (oneCore) {
            command.addAll(List.of("taskset", "-c", "0"));
        }
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("--add-modules");
        command.add("jdk.incubator.vector");
        String flags = System.getenv("COLD_START_FLAGS");
        if (flags != null && !flags.isBlank()) {
            command.addAll(List.of(flags.strip().split("\\s+", -1)));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ColdStart.class.getName(), "child"));
        command.addAll(List.of(String.valueOf(size), String.valueOf(busy)));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void child(int size, boolean busy) {
        if (busy) {
            Thread.ofPlatform().daemon().start(ColdStart::compileForever);
        }
        GemmElements e = new GemmElements(GemmF32.INSTANCE);
        Matrix a = new Matrix(e.fractions((long) size * size, 1), 0, size, 1);
        Matrix b = new Matrix(e.fractions((long) size * size, 2), 0, size, 1);
        Matrix c = new Matrix(e.fractions((long) size * size, 3), 0, size, 1);
        Gemm gemm = new Gemm(GemmF32.INSTANCE, Workers.shared(), new HostPool(Device.of("cpu", 0, "simd"), 1L << 30));
        double flops = 2.0 * size * size * size;
        StringBuilder speeds = new StringBuilder();
        long begin = System.nanoTime();
        for (int window = 1; window <= WINDOWS; window++) {
            long from = System.nanoTime();
            double done = 0;
            do {
                gemm.multiply(size, size, size, a, b, c);
                done += flops;
            } while (System.nanoTime() - begin < RUN_NANOS * window / WINDOWS);
            speeds.append(" %6.1f".formatted(done / (System.nanoTime() - from)));
        }
        System.out.println(speeds);
    }

    /** Keeps the compilers busy the way an application's start does: ever new lambdas, sorted, hashed and formatted. */
    private static void compileForever() {
        SplittableRandom random = new SplittableRandom(1);
        long sum = 0;
        while (sum != Long.MIN_VALUE) {
            List<String> strings = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                strings.add(String.format("%d-%x-%s", random.nextInt(), random.nextLong(), random.nextDouble()));
            }
            sum += strings.stream()
                    .map(s -> s.replace('-', '+'))
                    .sorted()
                    .distinct()
                    .mapToInt(String::hashCode)
                    .sum();
            sum += strings.parallelStream()
                    .mapToLong(s -> s.chars().filter(Character::isDigit).count())
                    .sum();
        }
    }
}
