package io.gatun.benchmarks;

import io.gatun.safetensors.SafeTensors;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Maps, reads and writes a file of 64 tensors beside the reference implementation and beside plain reads and writes of the
 * same bytes, as {@link NumPyFiles} does with an array. A Python with safetensors and NumPy is looked for under the usual
 * names; without one its rows are left out.
 *
 * <pre>
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -cp benchmarks/target/benchmarks.jar \
 *     io.gatun.benchmarks.SafeTensorsFiles [DIRECTORY [MEBIBYTES [ROUNDS [ROW...]]]]
 * </pre>
 */
public final class SafeTensorsFiles {
    private static final int TENSORS = 64;

    private static final String PEER = """
            import sys, time, os
            from safetensors.numpy import load_file, save_file
            source, target = sys.argv[1:]
            tensors = load_file(source)
            print("ready", flush=True)
            for line in sys.stdin:
                command = line.strip()
                if command == "write" and os.path.exists(target):
                    os.remove(target)
                start = time.perf_counter()
                if command == "read":
                    result = load_file(source)
                else:
                    save_file(tensors, target)
                    result = None
                seconds = time.perf_counter() - start
                result = None
                print(seconds, flush=True)
            """;

    private SafeTensorsFiles() {}

    /** Runs the measurements; Linux only, as it reads the resident set from {@code /proc}. */
    public static void main(String[] args) throws IOException {
        FileTimings.run(args, SafeTensorsFiles::addTo);
    }

    private static void addTo(FileTimings timings, Path directory, long bytes) throws IOException {
        Path source = directory.resolve("source.safetensors");
        Path target = directory.resolve("target.safetensors");
        Tensor all = Tensor.rand(Shape.of(TENSORS, bytes / 4096 / TENSORS, 1024).toArray());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < TENSORS; i++) {
            tensors.put("layers.%02d.weight".formatted(i), all.select(0, i));
        }
        SafeTensors.save(source, tensors);
        long before = MemoryLoop.residentMebibytes();
        Map<String, Tensor> mapped = SafeTensors.map(source);
        System.out.printf("mapping %d tensors took %d MiB%n", mapped.size(), MemoryLoop.residentMebibytes() - before);

        Process reference = timings.peer(PEER, source, target);
        timings.add("map: SafeTensors.map", () -> FileTimings.time(() -> SafeTensors.map(source)));
        timings.add("read: SafeTensors.load", () -> {
            try (TensorScope _ = TensorScope.open()) {
                return FileTimings.time(() -> SafeTensors.load(source));
            }
        });
        timings.addPlainReads(source, all);
        timings.ask("read: safetensors.numpy.load_file", reference, "read");
        timings.addWrite("write: SafeTensors.save", target, () -> SafeTensors.save(target, tensors));
        timings.addPlainWrites(source, target, all);
        timings.ask("write: safetensors.numpy.save_file", reference, "write");
    }
}
