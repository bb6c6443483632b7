package io.gatun.backend.simd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much memory the pool may take from the operating system: {@value #PROPERTY}, in bytes or with a suffix k, m, g; half of
 * what the machine, or the container, has where it is not set.
 *
 * <p>The size of the machine is read from the files in which Linux publishes it rather than from a management bean, which
 * takes a tenth of a second to load and a module that a small runtime image may lack. Elsewhere the default size of the
 * Java heap, a quarter of the memory, stands in.
 */
final class MemoryLimit {

    /** The system property. */
    static final String PROPERTY = "gatun.memory.limit";

    private static final Path MACHINE = Path.of("/proc/meminfo");
    private static final Path CONTAINER = Path.of("/sys/fs/cgroup/memory.max");

    private MemoryLimit() {}

    /** The limit of this process, in bytes. */
    static long configured() {
        String asked = System.getProperty(PROPERTY);
        return asked == null || asked.isBlank() ? physicalMemory() / 2 : parse(asked);
    }

    /**
     * The bytes that {@code text} stands for, such as {@code 512m}.
     *
     * @throws IllegalArgumentException if it is not a positive number with an optional suffix
     */
    static long parse(String text) {
        String t = text.strip().toLowerCase(Locale.ROOT);
        int shift = switch (t.isEmpty() ? ' ' : t.charAt(t.length() - 1)) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            default -> 0;
        };
        String digits = shift == 0 ? t : t.substring(0, t.length() - 1);
        try {
            long value = Math.multiplyExact(Long.parseLong(digits), 1L << shift);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // The message below is for all of it.
        }
        throw new IllegalArgumentException(
                "-D" + PROPERTY + "=" + text + ": expected a positive number of bytes, such as 512m or 8g");
    }

    private static long physicalMemory() {
        Long machine = kilobytes(MACHINE, "MemTotal:");
        long most = machine != null ? machine << 10 : Runtime.getRuntime().maxMemory() * 4;
        Long container = wholeFile(CONTAINER);
        return container != null && container > 0 ? Math.min(most, container) : most;
    }

    private static @Nullable Long kilobytes(Path file, String key) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(key)) {
                    return Long.valueOf(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException | RuntimeException e) {
            // Not Linux, or not readable: the caller has another source.
        }
        return null;
    }

    private static @Nullable Long wholeFile(Path file) {
        try {
            return Long.valueOf(Files.readString(file).strip());
        } catch (IOException | RuntimeException e) {
            return null; // no such file, or "max": no limit
        }
    }
}
