package io.gatun.backend.cuda.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Checks the CUDA backend on the machine at hand, and writes {@code GPU-REPORT.md}: what {@code tools/gpu-check} starts.
 *
 * <pre>
 * GpuCheck FOLDER [--tiny] [--jobs N] [--limit SECONDS] [--only TITLE] [--python FILE]
 * </pre>
 *
 * <p>Each {@link Part} is a process with a limit of its own, and the report is written anew whenever one has ended, so that
 * there is one whatever happens. What measures speed runs alone, after the rest.
 */
public final class GpuCheck {
    private static final int EMULATED = 4; // times as long, as g++ compiles each kernel

    private final Options options;
    private final Path work;
    private final Report report;
    private final Instant end;

    /**
     * What is asked for.
     *
     * @param values of options, by name; {@code --tiny} has none
     */
    private record Options(Path folder, Map<String, String> values) {
        private static final String TINY = "--tiny";
        private static final Set<String> WITH_VALUE = Set.of("--jobs", "--limit", "--only", "--python");

        static Options of(List<String> arguments) {
            Map<String, String> values = new HashMap<>();
            Iterator<String> rest = arguments.subList(1, arguments.size()).iterator();
            while (rest.hasNext()) {
                String name = rest.next();
                if (name.equals(TINY)) {
                    values.put(name, "");
                } else if (WITH_VALUE.contains(name) && rest.hasNext()) {
                    values.put(name, rest.next());
                } else {
                    throw new IllegalArgumentException("gpu-check does not know " + name + ", or it lacks a value");
                }
            }
            return new Options(Path.of(arguments.getFirst()), values);
        }

        boolean tiny() {
            return values.containsKey(TINY);
        }

        /** How many parts run at a time, of those that may. */
        int jobs() {
            return number("--jobs", Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
        }

        /** Seconds for all of it. */
        int limit() {
            return number("--limit", 540);
        }

        private int number(String name, int otherwise) {
            String value = values.get(name);
            return value == null ? otherwise : Integer.parseInt(value);
        }

        /** What measures PyTorch; empty for nothing. */
        String python() {
            return values.getOrDefault("--python", "");
        }

        boolean wants(Part part) {
            String only = values.getOrDefault("--only", "");
            return Stream.of(only.split(",", -1)).anyMatch(part.title()::startsWith);
        }
    }

    private GpuCheck(Options options) throws IOException {
        this.options = options;
        this.work = Files.createTempDirectory("gatun-gpu-check");
        this.report = new Report(options.folder());
        this.end = Instant.now().plusSeconds(options.limit());
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        if (arguments.length == 0) {
            System.err.println("usage: gpu-check FOLDER [--tiny] [--jobs N] [--limit SECONDS] [--only TITLE,...]");
            System.exit(2);
        }
        System.exit(new GpuCheck(Options.of(List.of(arguments))).run() ? 0 : 1);
    }

    /** Whether all ended well. */
    private boolean run() throws IOException, InterruptedException {
        Files.createDirectories(options.folder());
        run(Part.facts());
        if (options.wants(Part.kernels())) {
            run(Part.kernels());
        }
        List<Part> parts = Part.all().stream().filter(options::wants).toList();
        report.expect(parts);
        try (ExecutorService together = Executors.newFixedThreadPool(options.jobs())) {
            parts.stream().filter(part -> !part.alone()).forEach(part -> together.execute(() -> runQuietly(part)));
        }
        for (Part part : parts) {
            if (part.alone()) {
                run(part);
            }
        }
        return report.allEndedWell();
    }

    private void runQuietly(Part part) {
        try {
            run(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Part part) throws IOException, InterruptedException {
        long seconds = Math.min(
                part.seconds() * (options.tiny() ? EMULATED : 1L),
                Duration.between(Instant.now(), end).toSeconds());
        if (seconds < 5) {
            report.add(part, new Report.Result("not run: no time was left", 0, "", ""));
            return;
        }
        Path out = Files.createTempFile(work, "out", ".md");
        Path log = Files.createTempFile(work, "log", ".txt");
        Instant start = Instant.now();
        Process process = new ProcessBuilder(command(part))
                .directory(work.toFile())
                .redirectOutput(out.toFile())
                .redirectError(log.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!ended) {
            stop(process);
        }
        String status = ended ? status(process.exitValue()) : "stopped after its " + seconds + " s";
        double took = Duration.between(start, Instant.now()).toMillis() / 1000.0;
        report.add(part, new Report.Result(status, took, Files.readString(out), Files.readString(log)));
        System.err.printf("%s: %s (%.0f s)%n", part.title(), status, took);
    }

    private static String status(int exit) {
        return switch (exit) {
            case 0 -> Report.WELL;
            case JUnitRun.FAILED -> "failed";
            default -> "crashed with status " + exit;
        };
    }

    /** A part may say what it has when it is asked to end; after that it is killed, with what it started. */
    private static void stop(Process process) throws InterruptedException {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(3, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private List<String> command(Part part) {
        List<String> command = new ArrayList<>(JavaProcess.command());
        command.add("-Dgatun.cuda.cache=" + work.resolve("cache"));
        command.add("-Dgatun.cuda.programs=" + (options.tiny() ? 5 : 1000));
        command.add("-D" + Settings.TINY + "=" + options.tiny());
        if (!options.python().isEmpty()) {
            command.add("-D" + Settings.PYTHON + "=python3\n" + options.python());
        }
        command.addAll(part.options());
        command.add(part.main().getName());
        command.addAll(part.arguments());
        return command;
    }
}
