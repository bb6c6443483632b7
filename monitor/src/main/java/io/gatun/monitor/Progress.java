package io.gatun.monitor;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far a loop is, with what it has measured: on a terminal a bar as wide as that, elsewhere (a file, a log, a
 * build) a plain line at every tenth of the way and at the end.
 *
 * <pre>{@code
 * try (Progress progress = new Progress("training", epochs)) {
 *     for (int epoch = 1; epoch <= epochs; epoch++) {
 *         ...
 *         progress.metric("loss", loss).metric("accuracy", accuracy).step();
 *     }
 * }
 * }</pre>
 *
 * <p>One thread uses it at a time.
 */
public final class Progress implements AutoCloseable {
    private final String task;
    private final long steps;
    private final PrintStream out;
    private final @Nullable ProgressBar bar;
    private final Map<String, Double> metrics = new LinkedHashMap<>();
    private long done;

    /**
     * On standard output: a bar if that, and standard input, are a terminal's.
     *
     * @param task what is done, written before the bar and on each line
     * @param steps how many calls of {@link #step} are to come
     */
    public Progress(String task, long steps) {
        this(task, steps, System.out, isTerminal());
    }

    /** Plain lines into {@code out}. */
    public Progress(String task, long steps, PrintStream out) {
        this(task, steps, out, false);
    }

    private Progress(String task, long steps, PrintStream out, boolean terminal) {
        if (steps < 0) {
            throw new IllegalArgumentException("Progress: the number of steps is " + steps + ", below 0");
        }
        this.task = task;
        this.steps = steps;
        this.out = out;
        bar = terminal ? bar(task, steps) : null;
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 never gave null; JDK 25 does where there is no terminal
    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    /** On the terminal itself: {@code System.out} may have been set to something else. */
    private static ProgressBar bar(String task, long steps) {
        PrintStream terminal =
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, Charset.defaultCharset());
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                .build();
    }

    /** Sets what {@link #step} shows under this name from now on; metrics are shown in the order they were first set. */
    public Progress metric(String name, double value) {
        metrics.put(name, value);
        return this;
    }

    /** Another step is done. Steps beyond the announced number count on. */
    public void step() {
        done++;
        if (bar != null) {
            bar.setExtraMessage(text());
            bar.step();
        } else if (done == steps || done % Math.max(1, steps / 10) == 0) {
            out.println((task + " " + count() + "  " + text()).stripTrailing());
        }
    }

    private String count() {
        String all = Long.toString(steps);
        return " ".repeat(Math.max(0, all.length() - Long.toString(done).length())) + done + "/" + all;
    }

    private String text() {
        return metrics.entrySet().stream()
                .map(metric -> metric.getKey() + " " + text(metric.getValue()))
                .collect(Collectors.joining("  "));
    }

    /** Four digits behind the point, or an exponent where that says nothing. */
    private static String text(double value) {
        double size = Math.abs(value);
        boolean plain = size == 0 || size >= 1e-3 && size < 1e6 || !Double.isFinite(value);
        return String.format(Locale.ROOT, plain ? "%.4f" : "%.3e", value);
    }

    /** Ends the bar's line. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
