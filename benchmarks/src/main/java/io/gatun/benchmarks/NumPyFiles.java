package io.gatun.benchmarks;

import io.gatun.numpy.Npy;
import io.gatun.numpy.Npz;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

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

    private NumPyFiles() {}

    /** Runs the measurements; Linux only, as it reads the resident set from {@code /proc}. */
    public static void main(String[] args) throws IOException {
        FileTimings.run(args, NumPyFiles::addTo);
    }

    private static void addTo(FileTimings timings, Path directory, long bytes) throws IOException {
        Path source = directory.resolve("source.npy");
        Path big = directory.resolve("big.npy");
        Path target = directory.resolve("target.npy");
        Tensor array = Tensor.rand(Shape.of(bytes / 4096, 1024).toArray());
        Npy.save(source, array);
        writeSwapped(source, big);
        long before = MemoryLoop.residentMebibytes();
        Tensor mapped = Npy.map(source);
        System.out.printf("mapping %s took %d MiB%n", mapped.shape(), MemoryLoop.residentMebibytes() - before);

        Process numPy = timings.peer(PEER, source, target, big);
        timings.add("map: Npy.map", () -> FileTimings.time(() -> Npy.map(source)));
        timings.ask("map: np.load(mmap_mode='r')", numPy, "map");
        timings.add("read: Npy.read", () -> {
            try (TensorScope _ = TensorScope.open()) {
                return FileTimings.time(() -> Npy.read(source));
            }
        });
        timings.addPlainReads(source, array);
        timings.ask("read: np.load", numPy, "read");
        timings.add("read: Npy.read, other byte order", () -> {
            try (TensorScope _ = TensorScope.open()) {
                return FileTimings.time(() -> Npy.read(big));
            }
        });
        timings.ask("read: np.load and astype, other byte order", numPy, "swap");
        timings.addWrite("write: Npy.save", target, () -> Npy.save(target, array));
        timings.addPlainWrites(source, target, array);
        timings.ask("write: np.save", numPy, "write");
        timings.addWrite("write: Npz.save", target, () -> Npz.save(target, Map.of("array", array)));
    }

    /** The same numbers in the other byte order: only the header is right, which is all that matters for the time. */
    private static void writeSwapped(Path source, Path target) throws IOException {
        Files.copy(source, target);
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap("{'descr': '>f4'".getBytes(StandardCharsets.ISO_8859_1)), 10);
        }
    }
}
