package io.gatun.benchmarks.peers;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.pytorch.AutoGradMode;

/**
 * Times both sides of a contest in turns, so that whatever else the machine does meets both.
 *
 * <p>Each side is first run for a second at least, and on until it no longer becomes faster and little is compiled. Then a
 * window of ours and one of theirs alternate. Native thread pools keep their threads spinning for some time after a call, so
 * with more than one thread there is a rest before each window, and a call that is not counted.
 */
final class Race {
    private static final double WINDOW = 15e6; // nanoseconds
    private static final double WARM_UP = 1e9;
    private static final double STEADY = 0.6e9; // without becoming faster
    private static final double LONGEST_WARM_UP = 20e9;
    private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();
    private static final long COMPILING = 50; // milliseconds
    private static final int STEPS_COMPARED = 3;
    private static final long REST = 150; // milliseconds: OpenBLAS's threads spin for 100 of them

    private final int windows;
    private final boolean rests;

    Race(int windows, int threads) {
        this.windows = windows;
        rests = threads > 1;
    }

    /** Compares what the sides compute, warms both up, and times them. */
    Outcome run(Contest contest) throws InterruptedException {
        try (AutoGradMode _ = new AutoGradMode(contest.trains())) {
            for (int i = 0; i < (contest.trains() ? STEPS_COMPARED : 1); i++) {
                Agreement.check(contest.ourResult().get(), contest.theirResult().get());
            }
            long ourCalls = warmUp(contest.ours());
            long theirCalls = warmUp(contest.theirs());
            double[] ours = new double[windows];
            double[] theirs = new double[windows];
            for (int i = 0; i < windows; i++) {
                ours[i] = window(contest.ours(), ourCalls);
                theirs[i] = window(contest.theirs(), theirCalls);
            }
            return new Outcome(Spread.of(ours), Spread.of(theirs));
        }
    }

    /** Microseconds a call. */
    private double window(Runnable side, long calls) throws InterruptedException {
        if (rests) {
            Thread.sleep(REST);
            side.run();
        }
        return nanoseconds(side, calls) / 1e3 / calls;
    }

    /** Returns how many calls fill a window. */
    private static long warmUp(Runnable side) {
        double spent = 0;
        double best = Double.MAX_VALUE;
        double improved = 0; // what had been spent when the best was last beaten, or much was compiled
        long before = COMPILERS.getTotalCompilationTime();
        long calls = 1;
        while (spent < WARM_UP || spent - improved < STEADY && spent < LONGEST_WARM_UP) {
            double time = nanoseconds(side, calls);
            spent += time;
            double each = time / calls;
            long compiled = COMPILERS.getTotalCompilationTime();
            if (each < 0.97 * best || compiled - before > COMPILING) {
                improved = spent;
                before = compiled;
            }
            best = Math.min(best, each);
            calls = Math.max(1, Math.round(WINDOW / each));
        }
        return Math.max(1, Math.round(WINDOW / best));
    }

    private static double nanoseconds(Runnable side, long calls) {
        long start = System.nanoTime();
        for (long i = 0; i < calls; i++) {
            side.run();
        }
        return System.nanoTime() - start;
    }
}
