package io.gatun.backend.cuda.gpu;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Measures a family of rows, ours and PyTorch's in turns, and prints a table: medians of windows, with their quartiles. A
 * window is as many steps as take a while, queued one after another, with one wait at its end.
 */
final class SpeedTable {
    private static final int MOST_STEPS = 20_000; // of a window
    private static final String HEAD = "| what | ours | PyTorch | ours / PyTorch | wanted | of a copy |";

    private final Settings settings;
    private final @Nullable Peer peer;
    private final int windows;
    private final double window; // seconds
    private double copy; // GB/s, once a copy was measured

    private SpeedTable(Settings settings, @Nullable Peer peer) {
        this.settings = settings;
        this.peer = peer;
        this.windows = settings.size(7, 2);
        this.window = settings.tiny() ? 1e-4 : 0.06;
    }

    public static void main(String... arguments) {
        Settings settings = Settings.here();
        boolean complete = true;
        try (Peer peer = Peer.start(settings.python())) {
            SpeedTable table = new SpeedTable(settings, peer);
            System.out.println(HEAD + "\n|---|--:|--:|--:|--:|--:|");
            for (Row row : SpeedRows.of(arguments[0], settings)) {
                complete &= table.add(row);
            }
        }
        System.exit(complete ? 0 : JUnitRun.FAILED);
    }

    /** Measures a row and prints it; whether ours could be measured, or need not be. */
    private boolean add(Row row) {
        try (TensorScope _ = TensorScope.open()) {
            Row.Step ours = row.prepare().get();
            String trouble = prepare(row);
            print(row, ours, trouble);
            return true;
        } catch (Row.NotMeasured e) {
            System.out.println("| " + row.name() + " | not measured: " + e.getMessage() + " | | | | |");
            return true;
        } catch (IOException | RuntimeException | LinkageError e) {
            e.printStackTrace();
            String reason = String.valueOf(e).lines().findFirst().orElse("").replace("|", "/");
            System.out.println("| " + row.name() + " | failed: " + reason + " | | | | |");
            return false;
        } finally {
            release();
        }
    }

    /** Why PyTorch will not be measured; empty if it will. */
    private String prepare(Row row) throws IOException {
        if (peer == null) {
            return "-";
        }
        try {
            peer.ask("prepare " + row.call());
            return "";
        } catch (Peer.PeerException e) {
            return "failed: " + e.getMessage();
        }
    }

    private void release() {
        try {
            if (peer != null) {
                peer.ask("release");
            }
        } catch (IOException e) {
            System.err.println("PyTorch: " + e.getMessage());
        }
    }

    private void print(Row row, Row.Step step, String trouble) throws IOException {
        Peer theirs = trouble.isEmpty() ? peer : null;
        long ourSteps = steps(() -> time(step, 1));
        long theirSteps = theirs == null ? 0 : steps(() -> theirs.time(1));
        double[] ours = new double[windows];
        double[] others = new double[theirs == null ? 0 : windows];
        for (int i = 0; i < windows; i++) {
            ours[i] = time(step, ourSteps);
            if (theirs != null) {
                others[i] = theirs.time(theirSteps);
            }
        }
        double median = median(ours);
        double speed = row.unit().of(median, row.amount());
        copy = row.call().startsWith("copy ") ? speed : copy;
        System.out.printf(
                Locale.ROOT,
                "| %s | %s %s | %s | %s | %s | %s |%n",
                row.name(),
                spread(row, ours),
                row.unit().title,
                theirs == null ? trouble : spread(row, others) + " " + row.unit().title,
                theirs == null ? "" : String.format(Locale.ROOT, "%.2f", median(others) / median),
                row.wanted() == 0 ? "" : String.format(Locale.ROOT, "%.2f", row.wanted()),
                row.unit() == Row.Unit.GIGABYTES && copy > 0 ? String.format(Locale.ROOT, "%.2f", speed / copy) : "");
    }

    private interface Timing {
        double run() throws IOException;
    }

    /** As many steps as a window has, after some that warm up. */
    private long steps(Timing one) throws IOException {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < settings.size(5, 1); i++) {
            least = Math.min(least, one.run());
        }
        return (long) Math.clamp(Math.ceil(window / least), 1, MOST_STEPS);
    }

    /** The seconds of a step, of {@code count} and a wait. */
    private static double time(Row.Step step, long count) {
        long start = System.nanoTime();
        for (long i = 1; i <= count; i++) {
            try (TensorScope _ = TensorScope.open()) {
                Tensor result = step.run();
                if (i == count) {
                    await(result);
                }
            }
        }
        return (System.nanoTime() - start) * 1e-9 / count;
    }

    /** Reads an element: all that was queued before is done then. */
    private static void await(Tensor result) {
        Tensor first = result.detach();
        for (int dim = 0; dim < first.shape().rank(); dim++) {
            first = first.narrow(dim, 0, 1);
        }
        first.cpu();
    }

    private static double median(double[] seconds) {
        return quartile(seconds, 2);
    }

    private static double quartile(double[] seconds, int which) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return which > 2 ? sorted[last - last / 4] : sorted[last * which / 4];
    }

    /** Such as {@code 12.3 (12.1–13.0)}. */
    private static String spread(Row row, double[] seconds) {
        double one = row.unit().of(quartile(seconds, 1), row.amount());
        double other = row.unit().of(quartile(seconds, 3), row.amount());
        return number(row.unit().of(median(seconds), row.amount())) + " (" + number(Math.min(one, other)) + "–"
                + number(Math.max(one, other)) + ")";
    }

    /** With three digits that count, or all before the point. */
    private static String number(double value) {
        if (value < 1) {
            return BigDecimal.valueOf(value).round(new MathContext(3)).toPlainString();
        }
        String format = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, format, value);
    }
}
