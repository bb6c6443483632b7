package io.gatun.backend.cuda.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code GPU-REPORT.md}, written anew with each part, and beside it what the parts wrote to their standard error streams. */
final class Report {
    static final String WELL = "ended well";

    private static final String NAME = "GPU-REPORT.md";
    private static final String LOG = "gpu-check.log";
    private static final String EMULATOR = "Gatun emulator"; // how its devices are called

    /** What became of a part; {@code body} is what it printed. */
    record Result(String status, double seconds, String body, String log) {}

    private final Path folder;
    private final List<Part> expected = new ArrayList<>();
    private final Map<String, Result> results = new LinkedHashMap<>();
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    Report(Path folder) {
        this.folder = folder;
    }

    synchronized void expect(List<Part> parts) {
        expected.addAll(parts);
    }

    /** From any thread. */
    synchronized void add(Part part, Result result) throws IOException {
        if (!expected.contains(part)) {
            expected.add(part);
        }
        results.put(part.title(), result);
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve(LOG),
                "==== " + part.title() + "\n" + result.log() + "\n",
                StandardOpenOption.CREATE,
                results.size() == 1 ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND);
        write();
    }

    private void write() {
        try {
            Path part = folder.resolve(NAME + ".part");
            Files.writeString(part, text());
            Files.move(part, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized boolean allEndedWell() {
        return expected.stream()
                .map(part -> results.get(part.title()))
                .allMatch(result -> result != null && result.status().equals(WELL));
    }

    private String text() {
        StringBuilder text = new StringBuilder("# The CUDA backend on a GPU\n\n");
        text.append("Written by `tools/gpu-check`, begun at ").append(start).append(".\n\n");
        if (results.values().stream().anyMatch(result -> result.body().contains(EMULATOR))) {
            text.append("**It ran on an emulator, not on a GPU: what it says of speed means nothing.**\n\n");
        }
        text.append("| part | what became of it | seconds |\n|---|---|--:|\n");
        for (Part part : expected) {
            Result result = results.get(part.title());
            text.append("| ").append(part.title()).append(" | ");
            text.append(result == null ? "not yet run |" : result.status() + " | " + Math.round(result.seconds()));
            text.append(" |\n");
        }
        for (Part part : expected) {
            Result result = results.get(part.title());
            if (result != null) {
                section(text, part, result);
            }
        }
        return text.toString();
    }

    private static void section(StringBuilder text, Part part, Result result) {
        text.append("\n## ").append(part.title()).append("\n\n");
        text.append(result.body().strip()).append('\n');
        if (!result.status().equals(WELL)) {
            text.append("\n**").append(result.status()).append("**");
            String end = lastLines(result.log());
            text.append(end.isEmpty() ? "\n" : "; its error stream ended with\n\n```\n" + end + "\n```\n");
        }
    }

    private static String lastLines(String log) {
        List<String> lines = log.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
    }
}
