package io.gatun.benchmarks.peers;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came out with a number of threads, as Markdown.
 *
 * @param outcomes of rows, by title
 * @param failures why rows could not be measured, by title
 */
record Table(
        int threads,
        List<Workload> rows,
        Map<String, Outcome> outcomes,
        Map<String, String> failures,
        @Nullable MachineLimits limits) {
    /** The table, with the machine's limits before it and what failed after it. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("### ")
                .append(threads == 1 ? "One thread" : threads + " threads")
                .append("\n\n");
        if (limits != null) {
            text.append("The machine's limits in this run: ")
                    .append(Spread.number(limits.gigaflops()))
                    .append(" GFLOP/s of fused multiply-adds in f32, ")
                    .append(Spread.number(limits.gigabytes()))
                    .append(" GB/s read and written by a copy.\n\n");
        }
        text.append("| workload | ours, µs | theirs, µs | ratio | to reach | |\n|---|---|---|---|---|---|\n");
        for (Workload row : rows) {
            Outcome outcome = outcomes.get(row.title());
            if (outcome != null) {
                text.append(line(row, outcome)).append('\n');
            }
        }
        text.append('\n');
        failures.forEach((title, reason) ->
                text.append(title).append(" failed: ").append(reason).append("\n\n"));
        return text.toString();
    }

    /** A row, as a line of the table. */
    static String line(Workload row, Outcome outcome) {
        double ratio = outcome.ratio();
        List<String> cells = List.of(
                row.title(),
                outcome.ours().toString(),
                outcome.theirs().toString(),
                Spread.number(ratio),
                Spread.number(row.target()),
                ratio >= row.target() ? "✓" : "");
        return "| " + String.join(" | ", cells) + " |";
    }
}
