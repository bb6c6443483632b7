package io.gatun.benchmarks;

import io.gatun.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Times what is done with files, beside plain reads and writes of the same bytes and beside a Python that does the same, in
 * an order that differs from round to round; prints the median, the fastest and the slowest of the rounds in milliseconds.
 */
final class FileTimings implements AutoCloseable {
    private static final int SLICE = 1 << 30;

    private final Map<String, Measurement> measurements = new LinkedHashMap<>();
    private final List<Process> peers = new ArrayList<>();

    /** What is measured; gives seconds. */
    interface Measurement {
        double seconds() throws IOException;
    }

    /** What is timed. */
    interface Action {
        void run() throws IOException;
    }

    /** Says what is measured. */
    interface Plan {
        /** Adds the rows, for {@code bytes} of data and files in {@code directory}. */
        void addTo(FileTimings timings, Path directory, long bytes) throws IOException;
    }

    private FileTimings() {}

    /** Measures by {@code args}: directory, mebibytes, rounds and rows, of which each may be left out with those after it. */
    static void run(String[] args, Plan plan) throws IOException {
        Path directory = Files.createTempDirectory(
                Path.of(args.length > 0 ? args[0] : System.getProperty("java.io.tmpdir")), "gatun-files");
        long bytes = (args.length > 1 ? Long.parseLong(args[1]) : 1024) << 20;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 9;
        List<String> rows = Arrays.asList(args).subList(Math.min(3, args.length), args.length);
        try (FileTimings timings = new FileTimings()) {
            plan.addTo(timings, directory, bytes);
            if (!rows.isEmpty()) {
                timings.measurements.keySet().retainAll(rows);
            }
            timings.report(rounds);
        } finally {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    @Override
    public void close() throws IOException {
        for (Process peer : peers) {
            peer.getOutputStream().close();
        }
    }

    /** Adds a row. */
    void add(String row, Measurement measurement) {
        measurements.put(row, measurement);
    }

    /** Adds a row that writes {@code target}, a new file each time. */
    void addWrite(String row, Path target, Action write) {
        add(row, () -> {
            Files.deleteIfExists(target);
            return time(write);
        });
    }

    /** Adds rows of plain reads of {@code source}, which ends in as many bytes as {@code array} has. */
    void addPlainReads(Path source, Tensor array) {
        long bytes = array.memorySegment().byteSize();
        MemorySegment memory = Arena.ofAuto().allocate(bytes);
        add("read: plain, into memory used before", () -> time(() -> read(source, memory)));
        add("read: plain, into new memory", () -> {
            try (Arena arena = Arena.ofConfined()) {
                return time(() -> read(source, arena.allocate(bytes)));
            }
        });
    }

    /** Adds rows of a plain write of the elements, and of a copy of {@code source}. */
    void addPlainWrites(Path source, Path target, Tensor array) {
        MemorySegment elements = array.memorySegment();
        addWrite("write: plain", target, () -> write(target, elements));
        addWrite("copy: Files.copy", target, () -> Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING));
    }

    /**
     * Starts a Python that prints {@code ready}, and then to each line that it is told the seconds that this took; null where
     * there is none that can.
     */
    @Nullable Process peer(String script, Path... arguments) throws IOException {
        for (String python : List.of("/usr/bin/python3", "python3", "python")) {
            List<String> command = new ArrayList<>(List.of(python, "-c", script));
            for (Path argument : arguments) {
                command.add(argument.toString());
            }
            Process process = started(command);
            if (process != null
                    && "ready"
                            .equals(process.inputReader(StandardCharsets.UTF_8).readLine())) {
                peers.add(process);
                return process;
            }
        }
        System.out.println("no Python here with what its rows need");
        return null;
    }

    private static @Nullable Process started(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return null; // not installed under that name
        }
    }

    /** Adds a row in which {@code peer}, if there is one, is told {@code command}. */
    void ask(String row, @Nullable Process peer, String command) {
        if (peer != null) {
            BufferedReader answers = peer.inputReader(StandardCharsets.UTF_8);
            add(row, () -> {
                peer.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
                peer.getOutputStream().flush();
                return Double.parseDouble(answers.readLine());
            });
        }
    }

    private void report(int rounds) throws IOException {
        Map<String, double[]> seconds = new LinkedHashMap<>();
        Random order = new Random(1);
        for (int round = -2; round < rounds; round++) { // two to warm up
            List<String> names = new ArrayList<>(measurements.keySet());
            Collections.shuffle(names, order);
            for (String name : names) {
                double taken = measurements.getOrDefault(name, () -> Double.NaN).seconds();
                if (round >= 0) {
                    seconds.computeIfAbsent(name, _ -> new double[rounds])[round] = taken;
                }
            }
        }
        measurements.keySet().forEach(name -> {
            double[] sorted = seconds.getOrDefault(name, new double[rounds]);
            Arrays.sort(sorted);
            System.out.printf(
                    "%-45s %9.3f ms  (%.3f to %.3f)%n",
                    name, sorted[rounds / 2] * 1e3, sorted[0] * 1e3, sorted[rounds - 1] * 1e3);
        });
    }

    /** Seconds that {@code action} takes. */
    static double time(Action action) throws IOException {
        long start = System.nanoTime();
        action.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void read(Path source, MemorySegment memory) throws IOException {
        try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ)) {
            in.position(in.size() - memory.byteSize());
            for (long done = 0; done < memory.byteSize(); ) {
                done += in.read(memory.asSlice(done, Math.min(SLICE, memory.byteSize() - done))
                        .asByteBuffer());
            }
        }
    }

    private static void write(Path target, MemorySegment memory) throws IOException {
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long done = 0; done < memory.byteSize(); ) {
                done += out.write(memory.asSlice(done, Math.min(SLICE, memory.byteSize() - done))
                        .asByteBuffer());
            }
        }
    }
}
