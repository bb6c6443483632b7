package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * That NVIDIA's compiler takes the kernels too, for the oldest devices and the newest. Each source is compiled for each
 * architecture, with another of its sets of macros for each; {@code -Dgatun.cuda.compile=all} takes every set for every
 * architecture, and as users' machines do it. What was compiled before, in the same text, is not again.
 */
class RealCompilerTest {
    private static final List<String> ARCHITECTURES = List.of("sm_75", "sm_80", "sm_90", "sm_100");
    private static final boolean ALL = "all".equals(System.getProperty("gatun.cuda.compile"));
    private static final List<String> LITTLE_OPTIMISED =
            List.of("-Xcicc", "-O1", "-Xptxas", "-O1"); // a third of the time
    private static final Path DONE = Path.of("target", "compiled-by-nvcc").toAbsolutePath();

    private static Nvcc compiler;

    private record Task(KernelUnit unit, String architecture) {}

    @BeforeAll
    static void findTheCompiler() {
        var found = Nvcc.find();
        Assumptions.assumeTrue(
                found.isPresent(), "kernels are compiled by nvcc only where it is installed, and here it is not");
        compiler = found.orElseThrow();
    }

    @Test
    void takesEverySourceForEveryArchitecture() throws IOException, InterruptedException {
        Map<String, List<KernelUnit>> families = new LinkedHashMap<>();
        for (KernelUnit unit : KernelList.all()) {
            families.computeIfAbsent(unit.family(), _ -> new ArrayList<>()).add(unit);
        }
        assertThat(families).as("the list of kernels").isNotEmpty();
        List<Task> tasks =
                families.values().stream().flatMap(RealCompilerTest::tasks).toList();
        assertThat(failures(tasks)).isEmpty();
    }

    private static Stream<Task> tasks(List<KernelUnit> units) {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < ARCHITECTURES.size(); i++) {
            String architecture = ARCHITECTURES.get(i);
            if (ALL) {
                units.forEach(unit -> tasks.add(new Task(unit, architecture)));
            } else { // spread over the list, which is in the order of dtypes
                tasks.add(new Task(units.get(units.size() * i / ARCHITECTURES.size()), architecture));
            }
        }
        return tasks.stream();
    }

    private static List<String> failures(List<Task> tasks) throws IOException, InterruptedException {
        Files.createDirectories(DONE);
        List<Task> order = new ArrayList<>(tasks);
        Collections.shuffle(order, new java.util.Random(1)); // so that no two long ones come last
        List<Callable<String>> calls = order.stream()
                .<Callable<String>>map(task -> () -> compile(task))
                .toList();
        List<String> failures = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Future<String> call : threads.invokeAll(calls)) {
                failures.add(call.get());
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
        failures.removeIf(String::isEmpty);
        return failures;
    }

    /** What the compiler complains of; empty if nothing. */
    private static String compile(Task task) throws IOException {
        List<String> options = new ArrayList<>(List.of("-cubin", "-arch=" + task.architecture));
        options.addAll(ALL ? List.of() : LITTLE_OPTIMISED);
        Path done = DONE.resolve(task.unit.digest(compiler.version(), String.join(" ", options)));
        if (Files.exists(done)) {
            return "";
        }
        try {
            compiler.compile(task.unit, options);
            Files.createFile(done);
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
