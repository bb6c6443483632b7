package io.gatun.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures our side and the peers' in turns, and prints a table for each number of threads. */
@Command(
        name = "tools/bench-peers",
        mixinStandardHelpOptions = true,
        description = "Times Gatun beside libtorch and MKL, in one JVM and in turns, and prints tables in Markdown.")
public final class Peers implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "ROWS",
            description =
                    "families (small, elementwise, reduction, normalization, layout, matmul, conv, pool, indexing, random,"
                            + " optimizer, training) or beginnings of rows' names; all rows if missing")
    private List<String> rows = new ArrayList<>();

    @Option(
            names = "--threads",
            split = ",",
            defaultValue = "1",
            description = "numbers of threads, such as 1,2 (${DEFAULT-VALUE})")
    private List<Integer> threads = List.of();

    @Option(names = "--windows", defaultValue = "21", description = "windows a side and row (${DEFAULT-VALUE})")
    private int windows;

    /** What a table is made of; {@code limits} is null until a runner has said. */
    private static final class Results {
        private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
        private final Map<String, String> failures = new LinkedHashMap<>();
        private @Nullable MachineLimits limits;
    }

    /** Runs the program. */
    public static void main(String[] args) {
        CommandLine command = new CommandLine(new Peers());
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (windows < 1 || threads.stream().anyMatch(count -> count < 1)) {
            System.err.println("there must be a window and a thread at least");
            return CommandLine.ExitCode.USAGE;
        }
        List<Workload> chosen = Workloads.chosen(rows);
        if (chosen.isEmpty()) {
            System.err.println("no row is called " + String.join(" or ", rows));
            return CommandLine.ExitCode.USAGE;
        }
        String libraryPath = Natives.libraryPath();
        boolean failed = false;
        List<Table> tables = new ArrayList<>();
        for (int count : threads) {
            Results results = new Results();
            for (Map<String, String> setting : settings(count)) {
                List<Workload> remaining = new ArrayList<>(chosen);
                while (!remaining.isEmpty()) {
                    run(count, setting, libraryPath, remaining, results);
                }
            }
            tables.add(new Table(count, chosen, results.outcomes, results.failures, results.limits));
            failed |= !results.failures.isEmpty();
        }
        tables.forEach(table -> System.out.print(table.markdown()));
        return failed ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    /**
     * With more than one thread OpenBLAS's waiting threads hold up libgomp's; letting them sleep soon cures that, and slows
     * products of their own. Each row is measured both ways, and the better for the peer counts.
     */
    private static List<Map<String, String>> settings(int threads) {
        return threads == 1 ? List.of(Map.of()) : List.of(Map.of(), Map.of("OPENBLAS_THREAD_TIMEOUT", "4"));
    }

    /** Runs rows in a JVM of their own, and takes out of {@code remaining} those that are done: all, unless the JVM dies. */
    private void run(
            int count, Map<String, String> setting, String libraryPath, List<Workload> remaining, Results results)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dgatun.threads=" + count,
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0")); // else JavaCPP asks the system at each new tensor
        String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
        if (cache != null) {
            command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Runner.class.getName(),
                Integer.toString(count),
                Integer.toString(windows)));
        remaining.forEach(row -> command.add(row.title()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.put("LD_LIBRARY_PATH", libraryPath);
        for (String library : List.of("OMP", "OPENBLAS", "MKL")) {
            environment.put(library + "_NUM_THREADS", Integer.toString(count));
        }
        environment.put("MKL_THREADING_LAYER", "GNU");
        environment.putAll(setting);
        Process process = builder.start();
        Thread stop = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(stop);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Optional<Report> report = Report.parse(line);
                if (report.isEmpty()) {
                    System.err.println(line);
                } else {
                    take(report.get(), remaining, results);
                }
            }
        }
        int status = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(stop);
        if (!remaining.isEmpty()) {
            String killer = remaining.getFirst().title();
            take(new Report.Failed(killer, "the JVM ended with status " + status), remaining, results);
        }
    }

    private static void take(Report report, List<Workload> remaining, Results results) {
        switch (report) {
            case Report.Limits(MachineLimits limits) -> results.limits = limits;
            case Report.Ran(String title, Outcome outcome) -> {
                Workload row = remove(title, remaining);
                results.outcomes.merge(title, outcome, Outcome::better);
                System.err.println(Table.line(row, outcome));
            }
            case Report.Failed(String title, String reason) -> {
                remove(title, remaining);
                results.failures.put(title, reason);
                System.err.println(title + ": " + reason);
            }
        }
    }

    private static Workload remove(String title, List<Workload> remaining) {
        for (Workload row : remaining) {
            if (row.title().equals(title)) {
                remaining.remove(row);
                return row;
            }
        }
        throw new IllegalStateException("not among the rows: " + title);
    }
}
