package io.gatun.benchmarks.peers;

import java.util.Arrays;
import java.util.Locale;

/** The median and quartiles of a number of measurements. */
record Spread(double low, double median, double high) {
    static Spread of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return new Spread(sorted[last / 4], sorted[last / 2], sorted[last - last / 4]);
    }

    /** Such as {@code 12.3 (12.1–13.0)}. */
    @Override
    public String toString() {
        return number(median) + " (" + number(low) + "–" + number(high) + ")";
    }

    /** With three digits that count, or all before the point. */
    static String number(double value) {
        String format = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, format, value);
    }
}
