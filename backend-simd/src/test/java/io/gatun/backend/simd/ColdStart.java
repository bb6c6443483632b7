package io.gatun.backend.simd;

import io.gatun.tensor.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A program, not a test: does the matrix product become fast in every fresh JVM? A kernel that is a little too large for a
 * tier of the JIT is fast in most runs and a hundred times slower for the whole life of some.
 *
 * <p>Starts a number of JVMs, one after the other, with no flag but what a user needs. Each multiplies on one thread for two
 * seconds and prints the speed of each stretch of at least 0.15 s. Fails if any does not reach half of the warm speed,
 * which a JVM of its own finds in a run that is five times as long, without the busy compile queue.
 *
 * <p>So that the neighbours on a shared machine do not decide, time is what Linux's scheduler gave: speeds are per second that
 * the thread had a core, and a run lasts until the process has had the time that an idle machine would have given it.
 *
 * <p>Arguments: {@code [runs] [size] [busy] [one-core]}; {@code busy} keeps the compile queue full with other methods,
 * {@code one-core} pins the JVM to a core with {@code taskset}. Further JVM flags in the environment's
 * {@code COLD_START_FLAGS}.
 */
final class ColdStart {

    private static final long STRETCH_NANOS = 150_000_000L;
    private static final double SECONDS = 2;
    private static final double WARM_SECONDS = 10;

    private ColdStart() {}

    /** Runs the check, or with {@code child} one of its JVMs. */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("child")) {
            child(Integer.parseInt(args[1]), Boolean.parseBoolean(args[2]), Double.parseDouble(args[3]));
            return;
        }
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int size = args.length > 1 ? Integer.parseInt(args[1]) : 1024;
        boolean busy = Arrays.asList(args).contains("busy");
        boolean oneCore = Arrays.asList(args).contains("one-core");
        String warmLine = start(size, false, oneCore, WARM_SECONDS);
        double warm = best(warmLine);
        System.out.println("warm: " + warmLine);
        double[] best = new double[runs];
        for (int run = 0; run < runs; run++) {
            String line = start(size, busy, oneCore, seconds(busy, oneCore));
            best[run] = best(line);
            System.out.printf("%2d: %s%n", run + 1, line);
        }
        Arrays.sort(best);
        long slow = Arrays.stream(best).filter(b -> b < warm / 2).count();
        System.out.printf(
                "size %d%s%s: warm %.0f GFLOP/s, best of each run %.0f to %.0f, median %.0f: %d of %d below half%n",
                size,
                busy ? ", busy compile queue" : "",
                oneCore ? ", one core" : "",
                warm,
                best[0],
                best[runs - 1],
                best[runs / 2],
                slow,
                runs);
        if (slow > 0) {
            System.exit(1);
        }
    }

    /** Processor seconds for a run: the busy thread takes every core that it can get. */
    private static double seconds(boolean busy, boolean oneCore) {
        return busy && !oneCore ? SECONDS * Runtime.getRuntime().availableProcessors() : SECONDS;
    }

    private static double best(String line) {
        return Arrays.stream(line.strip().split("\\s+", -1))
                .mapToDouble(Double::parseDouble)
                .max()
                .orElse(0);
    }

    private static String start(int size, boolean busy, boolean oneCore, double seconds) {
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
        command.addAll(List.of(String.valueOf(size), String.valueOf(busy), String.valueOf(seconds)));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void child(int size, boolean busy, double seconds) {
        if (busy) {
            Thread.ofPlatform().daemon().start(ColdStart::compileForever);
        }
        GemmElements e = new GemmElements(GemmF32.INSTANCE);
        Matrix a = new Matrix(e.fractions((long) size * size, 1), 0, size, 1);
        Matrix b = new Matrix(e.fractions((long) size * size, 2), 0, size, 1);
        Matrix c = new Matrix(e.fractions((long) size * size, 3), 0, size, 1);
        Gemm gemm = new Gemm(GemmF32.INSTANCE, new Workers(1), new HostPool(Device.of("cpu", 0, "simd"), 1L << 30));
        double flops = 2.0 * size * size * size;
        StringBuilder speeds = new StringBuilder();
        while (ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() < seconds * 1000) {
            long from = cpuNanos();
            double done = 0;
            long took;
            do {
                gemm.multiply(size, size, size, a, b, c);
                done += flops;
                took = cpuNanos() - from;
            } while (took < STRETCH_NANOS);
            speeds.append(" %6.1f".formatted(done / took));
        }
        System.out.println(speeds);
    }

    /** How long this thread has had a core, from Linux's scheduler. */
    private static long cpuNanos() {
        try {
            String statistics = Files.readString(Path.of("/proc/thread-self/schedstat"));
            return Long.parseLong(statistics.substring(0, statistics.indexOf(' ')));
        } catch (IOException e) {
            return System.nanoTime();
        }
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
