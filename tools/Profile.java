import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Prints the operators of a recording, or of a program that it starts, by the time that they took. See {@code tools/profile}. */
final class Profile {
    private static final String LINE = "%-28s %9s %11s %6s %11s %10s %10s %8s%n";

    private long calls;
    private long nanoseconds;
    private long read;
    private long written;

    private Profile() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> rest = new ArrayList<>(Arrays.asList(arguments));
        boolean byOperands = rest.remove("--operands");
        if (rest.isEmpty()) {
            System.err.println("usage: tools/profile [--operands] RECORDING.jfr | JAVA-ARGUMENT...");
            System.exit(2);
        }
        if (rest.size() == 1 && rest.getFirst().endsWith(".jfr")) {
            print(Path.of(rest.getFirst()), byOperands);
            return;
        }
        Path recording = Files.createTempFile("gatun", ".jfr");
        try {
            int status = run(rest, recording);
            print(recording, byOperands);
            System.exit(status);
        } finally {
            Files.deleteIfExists(recording);
        }
    }

    private static int run(List<String> arguments, Path recording) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:StartFlightRecording:filename=" + recording + ",maxsize=0");
        command.add("-Xlog:jfr+startup=error");
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static void print(Path recording, boolean byOperands) throws IOException {
        Map<String, Profile> operators = new HashMap<>();
        Profile all = new Profile();
        Profile allocations = new Profile();
        List<String> backends = new ArrayList<>();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                switch (event.getEventType().getName()) {
                    case "io.gatun.Op" -> {
                        String name = event.getString("operator");
                        String key = byOperands ? name + " " + event.getString("operands") : name;
                        operators.computeIfAbsent(key, _ -> new Profile()).add(event);
                        all.add(event);
                    }
                    case "io.gatun.Allocation" -> {
                        allocations.calls++;
                        allocations.written += event.getLong("bytes");
                    }
                    case "io.gatun.BackendChoice" -> backends.add(event.getString("reason"));
                    default -> {}
                }
            }
        }
        backends.forEach(System.out::println);
        if (all.calls == 0) {
            System.out.println("no operator was recorded");
            return;
        }
        System.out.printf(LINE, "operator", "calls", "ms", "share", "us a call", "MB read", "MB written", "GB/s");
        operators.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(
                        Comparator.comparingLong((Profile profile) -> profile.nanoseconds).reversed()))
                .forEach(entry -> entry.getValue().print(entry.getKey(), all.nanoseconds));
        all.print("all", all.nanoseconds);
        System.out.printf(
                Locale.ROOT, "%,d allocations of %,.1f MB in all%n", allocations.calls, allocations.written / 1e6);
    }

    private void add(RecordedEvent event) {
        calls++;
        nanoseconds += event.getDuration().toNanos();
        read += event.getLong("bytesRead");
        written += event.getLong("bytesWritten");
    }

    private void print(String name, long total) {
        System.out.printf(
                LINE,
                name,
                number("%,d", calls),
                number("%,.2f", nanoseconds / 1e6),
                number("%.1f %%", 100.0 * nanoseconds / Math.max(1, total)),
                number("%,.2f", nanoseconds / 1e3 / calls),
                number("%,.1f", read / 1e6),
                number("%,.1f", written / 1e6),
                number("%.2f", (read + written) / (double) Math.max(1, nanoseconds)));
    }

    private static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
