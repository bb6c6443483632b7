package io.gatun.benchmarks;

import io.gatun.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs each kernel in fresh JVMs, says after how long each reached its speed, and fails on any that took more than two seconds.
 *
 * <p>A warm benchmark cannot see what this looks for: whether a Vector API kernel ends in the optimising compiler depends
 * on the order in which a starting JVM compiles methods. One that is caught in an earlier tier boxes every vector, a
 * hundred times slower, for the life of the process.
 *
 * <p>Which compilers there are matters: a machine of two processors has one optimising compiler, one of eight has three, and
 * some kernels were stuck only where there are several. {@code -- busy -XX:CICompilerCount=4} shows that on two.
 *
 * <p>The speed to reach is half that of the best of three trial JVMs. {@code alone}, which is what is done if nothing is said, a
 * JVM runs one kernel. {@code busy}, a second thread of each measured JVM calls all the other kernels in turn, so that the
 * compilers have a long queue of methods like these. {@code after}, each JVM measures all the kernels, one after the other in
 * an order that differs from run to run: what calls kernels has then been compiled for others, as in any program of more than
 * one operator. A JVM ends as soon as it has seen what it was started for. Its time begins before the first call, which loads
 * the library and makes the operands. For one core, put {@code taskset -c 0} before it: what it starts stays there.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.gatun.benchmarks.ColdStart [RUNS [KERNEL...]] [-- [MODE[,MODE...]] JVM OPTION...]
 * </pre>
 */
public final class ColdStart {
    private static final long TRIAL = TimeUnit.SECONDS.toNanos(2);
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);
    private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(50);
    private static final double IN_TIME = 2; // seconds
    private static final int TRIALS = 3;
    private static final int DEFAULT_RUNS = 20;
    private static final String ALONE = "alone";
    private static final String BUSY = "busy";
    private static final String AFTER = "after";

    /** What a child saw: microseconds a call in its best window, and seconds until a window met the target, or NaN. */
    private record Outcome(double micros, double settled) {}

    /** A kernel, and the microseconds a call that it has to reach, or 0. */
    private record Target(String name, double micros) {}

    private ColdStart() {}

    /** Parent, or with {@code --child MODE SEED [NAME TARGET]...} the process that is measured. */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> all = Arrays.asList(args);
        if (!all.isEmpty() && all.get(0).equals("--child")) {
            child(all.get(1), Long.parseLong(all.get(2)), all.subList(3, all.size()));
            return;
        }
        int dashes = all.indexOf("--");
        List<String> own = dashes < 0 ? all : all.subList(0, dashes);
        List<String> options = dashes < 0 ? List.of() : all.subList(dashes + 1, all.size());
        int runs = own.isEmpty() ? DEFAULT_RUNS : Integer.parseInt(own.get(0));
        List<String> names = own.size() > 1 ? own.subList(1, own.size()) : new ColdKernels().names();
        boolean named = !options.isEmpty() && !options.get(0).startsWith("-");
        List<String> modes = named ? List.of(options.get(0).split(",", -1)) : List.of(ALONE);
        if (!List.of(ALONE, BUSY, AFTER).containsAll(modes)) {
            throw new IllegalArgumentException("not alone, busy or after, with commas between: " + options.get(0));
        }
        List<String> flags = options.subList(named ? 1 : 0, options.size());
        System.out.printf("%d fresh JVMs a kernel, options %s%n", runs, flags);
        List<Target> targets = targets(names, flags);
        int late = 0;
        for (String mode : modes) {
            System.out.printf("%n%-26s %10s %12s %12s %8s%n", mode, "best µs", "median s", "worst s", "late");
            late += mode.equals(AFTER) ? together(targets, runs, flags) : apart(targets, mode, runs, flags);
        }
        System.out.println(late == 0 ? "no kernel was late" : late + " runs were late");
        if (late > 0) {
            System.exit(1);
        }
    }

    /** Half the best speed of a few JVMs, for each kernel. */
    private static List<Target> targets(List<String> names, List<String> flags)
            throws IOException, InterruptedException {
        List<Target> targets = new ArrayList<>();
        for (String name : names) {
            double best = Double.MAX_VALUE;
            for (int trial = 0; trial < TRIALS; trial++) {
                best = Math.min(best, run(ALONE, trial, List.of(new Target(name, 0)), flags)[0].micros());
            }
            targets.add(new Target(name, 2 * best));
        }
        return targets;
    }

    /** A JVM for each kernel and run. */
    private static int apart(List<Target> targets, String mode, int runs, List<String> flags)
            throws IOException, InterruptedException {
        int late = 0;
        for (Target target : targets) {
            Outcome[] outcomes = new Outcome[runs];
            for (int run = 0; run < runs; run++) {
                outcomes[run] = run(mode, run, List.of(target), flags)[0];
            }
            late += report(target, outcomes);
        }
        return late;
    }

    /** A JVM for each run, of all kernels. */
    private static int together(List<Target> targets, int runs, List<String> flags)
            throws IOException, InterruptedException {
        Outcome[][] outcomes = new Outcome[targets.size()][runs];
        for (int run = 0; run < runs; run++) {
            Outcome[] ofRun = run(AFTER, run, targets, flags);
            for (int i = 0; i < ofRun.length; i++) {
                outcomes[i][run] = ofRun[i];
            }
        }
        int late = 0;
        for (int i = 0; i < outcomes.length; i++) {
            late += report(targets.get(i), outcomes[i]);
        }
        return late;
    }

    private static int report(Target target, Outcome[] outcomes) {
        double[] settled = Arrays.stream(outcomes).mapToDouble(Outcome::settled).toArray();
        Arrays.sort(settled); // NaN, which is never, comes last
        double[] late = Arrays.stream(outcomes)
                .filter(outcome -> !(outcome.settled() <= IN_TIME))
                .mapToDouble(Outcome::micros)
                .sorted()
                .toArray();
        System.out.printf(
                "%-26s %10.1f %12.2f %12.2f %8d%s%n",
                target.name(),
                target.micros() / 2,
                settled[settled.length / 2],
                settled[settled.length - 1],
                late.length,
                late.length == 0 ? "" : " best µs of these " + Arrays.toString(late));
        return late.length;
    }

    /** What a JVM saw of {@code targets}, in their order. */
    private static Outcome[] run(String mode, int seed, List<Target> targets, List<String> flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dgatun.threads=1")); // a later option of the caller's overrides it
        command.addAll(flags);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                ColdStart.class.getName(),
                "--child",
                mode,
                Integer.toString(seed)));
        for (Target target : targets) {
            command.add(target.name());
            command.add(Double.toString(target.micros()));
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Outcome[] outcomes = new Outcome[targets.size()];
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            int lines = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ", -1);
                Outcome outcome = new Outcome(Double.parseDouble(words[1]), Double.parseDouble(words[2]));
                outcomes[Integer.parseInt(words[0])] = outcome;
                lines++;
            }
            if (process.waitFor() != 0 || lines != outcomes.length) {
                throw new IOException(
                        "a child failed: run it with " + command.subList(command.indexOf("--child"), command.size()));
            }
            return outcomes;
        }
    }

    private static void child(String mode, long seed, List<String> namesAndTargets) {
        ColdKernels kernels = new ColdKernels();
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < namesAndTargets.size(); i += 2) {
            targets.add(new Target(namesAndTargets.get(i), Double.parseDouble(namesAndTargets.get(i + 1))));
        }
        List<Target> shuffled = new ArrayList<>(targets);
        Collections.shuffle(shuffled, new Random(seed));
        if (mode.equals(BUSY)) {
            Thread.ofPlatform().daemon().start(() -> callOthers(targets.get(0).name()));
        }
        for (Target target : shuffled) {
            Outcome outcome = measure(kernels, target);
            System.out.println(targets.indexOf(target) + " " + outcome.micros() + " " + outcome.settled());
        }
    }

    private static void callOthers(String name) {
        ColdKernels kernels = new ColdKernels();
        List<Supplier<Tensor>> others = kernels.others(name);
        while (true) {
            others.forEach(kernels::call);
        }
    }

    /**
     * Calls until a window meets the target, or for the time of a trial if there is none. Time is that of the calling
     * thread on a processor, so that neighbours on the machine do not decide.
     */
    private static Outcome measure(ColdKernels kernels, Target target) {
        Supplier<Tensor> kernel = kernels.get(target.name());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long end = start + (target.micros() > 0 ? LIMIT : TRIAL);
        double best = Double.MAX_VALUE;
        long now = start;
        while (now < end) {
            long from = now;
            long calls = 0;
            do {
                kernels.call(kernel);
                calls++;
                now = threads.getCurrentThreadCpuTime();
            } while (now - from < WINDOW);
            best = Math.min(best, (now - from) / 1e3 / calls);
            if (best <= target.micros()) {
                return new Outcome(best, (now - start) / 1e9);
            }
        }
        return new Outcome(best, Double.NaN);
    }
}
