package io.gatun.examples;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress with loss and accuracy: a bar on a terminal, a line every tenth of the way elsewhere. */
final class Progress implements AutoCloseable {
    private static final int WIDTH = 100;

    private final @Nullable ProgressBar bar;
    private final int steps;
    private int done;

    @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 never gave null; JDK 25 does where there is no terminal
    Progress(String task, int steps) {
        this.steps = steps;
        boolean terminal = System.console() != null && System.console().isTerminal();
        bar = terminal
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(steps)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setConsumer(new ConsoleProgressBarConsumer(System.out, WIDTH))
                        .build()
                : null;
    }

    void step(double loss, double accuracy) {
        done++;
        String text = String.format("loss %.4f  accuracy %5.2f %%", loss, 100 * accuracy);
        if (bar != null) {
            bar.setExtraMessage(text);
            bar.step();
        } else if (done % Math.max(1, steps / 10) == 0 || done == steps) {
            System.out.printf("epoch %3d/%d  %s%n", done, steps, text);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
