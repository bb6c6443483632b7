package io.gatun.benchmarks;

import io.gatun.numpy.Npy;
import io.gatun.numpy.Npz;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
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
 * Maps, reads and writes an array beside NumPy and beside plain reads and writes of the same bytes, in an order that
 * differs from round to round, and prints the median, the fastest and the slowest of the rounds in milliseconds.
 *
 * <p>What is read goes into memory that a scope has given back; a plain read is measured into memory used before, too, and
 * into new memory, which comes page fault by page fault. Written files are new each time, and nothing waits for a disk. A
 * Python with NumPy is looked for under the usual names; without one its rows are left out. Named rows are run alone.
 *
 * <pre>
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -cp benchmarks/target/benchmarks.jar \
 *     io.gatun.benchmarks.NumPyFiles [DIRECTORY [MEBIBYTES [ROUNDS [ROW...]]]]
 * </pre>
 */
public final class NumPyFiles {
    private static final int SLICE = 1 << 30;

    private static final String PEER = """
            import sys, time, os
            import numpy as np
            source, target, big = sys.argv[1:]
            array = np.load(source)
            print("ready", flush=True)
            for line in sys.stdin:
                command = line.strip()
                if command == "write" and os.path.exists(target):
                    os.remove(target)
                start = time.perf_counter()
                if command == "map":
                    result = np.load(source, mmap_mode="r")
                elif command == "read":
                    result = np.load(source)
                elif command == "swap":
                    result = np.load(big).astype("<f4")
                else:
                    np.save(target, array)
                    result = None
                seconds = time.perf_counter() - start
                result = None
                print(seconds, flush=True)
            """;

    /** What is measured; gives seconds. */
    private interface Measurement {
        double seconds() throws IOException;
    }

    /** What is timed. */
    private interface Action {
        void run() throws IOException;
    }

    private NumPyFiles() {}

    /** Runs the measurements; Linux only, as it reads the resident set from {@code /proc}. */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory(
                Path.of(args.length > 0 ? args[0] : System.getProperty("java.io.tmpdir")), "gatun-numpy-files");
        long bytes = (args.length > 1 ? Long.parseLong(args[1]) : 1024) << 20;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 9;
        try {
            run(directory, bytes, rounds, Arrays.asList(args).subList(Math.min(3, args.length), args.length));
        } finally {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void run(Path directory, long bytes, int rounds, List<String> rows) throws IOException {
        Path source = directory.resolve("source.npy");
        Path big = directory.resolve("big.npy");
        Path target = directory.resolve("target.npy");
        Tensor array = Tensor.rand(Shape.of(bytes / 4096, 1024).toArray());
        Npy.save(source, array);
        writeSwapped(source, big);
        long before = MemoryLoop.residentMebibytes();
        Tensor mapped = Npy.map(source);
        System.out.printf("mapping %s took %d MiB%n", mapped.shape(), MemoryLoop.residentMebibytes() - before);

        Map<String, Measurement> measurements = new LinkedHashMap<>();
        Process numPy = numPy(source, target, big);
        MemorySegment memory = Arena.ofAuto().allocate(bytes);
        MemorySegment elements = array.memorySegment();
        measurements.put("map: Npy.map", () -> time(() -> Npy.map(source)));
        ask(measurements, "map: np.load(mmap_mode='r')", numPy, "map");
        measurements.put("read: Npy.read", () -> {
            try (TensorScope _ = TensorScope.open()) {
                return time(() -> Npy.read(source));
            }
        });
        measurements.put("read: plain, into memory used before", () -> time(() -> read(source, memory)));
        measurements.put("read: plain, into new memory", () -> {
            try (Arena arena = Arena.ofConfined()) {
                return time(() -> read(source, arena.allocate(bytes)));
            }
        });
        ask(measurements, "read: np.load", numPy, "read");
        measurements.put("read: Npy.read, other byte order", () -> {
            try (TensorScope _ = TensorScope.open()) {
                return time(() -> Npy.read(big));
            }
        });
        ask(measurements, "read: np.load and astype, other byte order", numPy, "swap");
        measurements.put("write: Npy.save", () -> {
            Files.deleteIfExists(target);
            return time(() -> Npy.save(target, array));
        });
        measurements.put("write: plain", () -> {
            Files.deleteIfExists(target);
            return time(() -> write(target, elements));
        });
        ask(measurements, "write: np.save", numPy, "write");
        measurements.put("write: Npz.save", () -> {
            Files.deleteIfExists(target);
            return time(() -> Npz.save(target, Map.of("array", array)));
        });
        measurements.put("copy: Files.copy", () -> {
            Files.deleteIfExists(target);
            return time(() -> Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING));
        });
        if (!rows.isEmpty()) {
            measurements.keySet().retainAll(rows);
        }
        report(measurements, rounds);
        if (numPy != null) {
            numPy.getOutputStream().close();
        }
    }

    private static void report(Map<String, Measurement> measurements, int rounds) throws IOException {
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

    private static double time(Action action) throws IOException {
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

    /** The same numbers in the other byte order: only the header is right, which is all that matters for the time. */
    private static void writeSwapped(Path source, Path target) throws IOException {
        Files.copy(source, target);
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap("{'descr': '>f4'".getBytes(StandardCharsets.ISO_8859_1)), 10);
        }
    }

    private static void ask(
            Map<String, Measurement> measurements, String name, @Nullable Process numPy, String command) {
        if (numPy != null) {
            BufferedReader answers = numPy.inputReader(StandardCharsets.UTF_8);
            measurements.put(name, () -> {
                numPy.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
                numPy.getOutputStream().flush();
                return Double.parseDouble(answers.readLine());
            });
        }
    }

    private static @Nullable Process numPy(Path source, Path target, Path big) throws IOException {
        for (String python : List.of("/usr/bin/python3", "python3", "python")) {
            Process process = started(python, "-c", PEER, source.toString(), target.toString(), big.toString());
            if (process != null
                    && "ready"
                            .equals(process.inputReader(StandardCharsets.UTF_8).readLine())) {
                return process;
            }
        }
        System.out.println("no Python with NumPy here");
        return null;
    }

    private static @Nullable Process started(String... command) {
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return null; // not installed under that name
        }
    }
}
