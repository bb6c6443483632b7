package io.gatun.numpy;

import io.gatun.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** A process of its own for MemoryBoundTest: reads files, and prints the most memory that each took. */
final class MemoryBound {
    private MemoryBound() {}

    /** For each line "WAY FILE" of the file named, prints "FILE BYTES OUTCOME". */
    public static void main(String[] args) throws IOException {
        outcome("stream", Path.of(args[0])); // loads classes
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String[] words = line.split(" ", 2);
            Path file = Path.of(words[1]);
            System.gc();
            Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak is what is there now
            long before = kibibytes("VmRSS:");
            String outcome = outcome(words[0], file);
            long taken = (kibibytes("VmHWM:") - before) << 10;
            System.out.println(file.getFileName() + " " + taken + " " + outcome);
        }
    }

    private static String outcome(String way, Path file) throws IOException {
        try {
            Collection<Tensor> tensors = tensors(way, file);
            return tensors.isEmpty() ? "empty" : "read";
        } catch (NpyFormatException e) {
            return "refused";
        }
    }

    private static Collection<Tensor> tensors(String way, Path file) throws IOException {
        return switch (way) {
            case "read" -> List.of(Npy.read(file));
            case "map" -> List.of(Npy.map(file));
            case "stream" -> {
                try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                    yield List.of(Npy.read(in));
                }
            }
            default -> Npz.load(file).values();
        };
    }

    private static long kibibytes(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/self/status has no line " + name);
    }
}
