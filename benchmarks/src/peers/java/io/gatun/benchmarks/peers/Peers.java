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
                    "families (small, elementwise, reduction, normalization, layout, matmul, conv, pool, indexing,"
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
                List<String> titles = new ArrayList<>();
                chosen.forEach(workload -> titles.add(workload.title()));
                while (!titles.isEmpty()) {
                    run(count, setting, libraryPath, titles, results);
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

    /** Runs rows in a JVM of their own, and takes out of {@code titles} those that are done: all, unless the JVM dies. */
    private void run(int count, Map<String, String> setting, String libraryPath, List<String> titles, Results results)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dgatun.threads=" + count));
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
        command.addAll(titles);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.put("LD_LIBRARY_PATH", libraryPath);
        for (String library : List.of("OMP", "OPENBLAS", "MKL")) {
            environment.put(library + "_NUM_THREADS", Integer.toString(count));
        }
        environment.put("MKL_THREADING_LAYER", "GNU");
        environment.putAll(setting);
        Process process = builder.start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Optional<Report> report = Report.parse(line);
                if (report.isEmpty()) {
                    System.err.println(line);
                } else {
                    take(report.get(), titles, results);
                }
            }
        }
        int status = process.waitFor();
        if (!titles.isEmpty()) {
            String killer = titles.getFirst();
            take(new Report.Failed(killer, "the JVM ended with status " + status), titles, results);
        }
    }

    private static void take(Report report, List<String> titles, Results results) {
        switch (report) {
            case Report.Limits(MachineLimits limits) -> results.limits = limits;
            case Report.Ran(String title, Outcome outcome) -> {
                titles.remove(title);
                results.outcomes.merge(title, outcome, Outcome::better);
                System.err.printf("%-64s %8s%n", title, Spread.number(outcome.ratio()));
            }
            case Report.Failed(String title, String reason) -> {
                titles.remove(title);
                results.failures.put(title, reason);
                System.err.println(title + ": " + reason);
            }
        }
    }
}
