package io.gatun.backend.tck.golden;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Whether a tensor is another within a tolerance: the same dtype and shape, {@code |actual - expected| <= atol + rtol *
 * |expected|}, NaN where NaN is expected, infinities exactly, integers and bool exactly.
 */
public final class Comparison {
    private Comparison() {}

    /** What is different, or null if nothing is. */
    public static @Nullable String difference(Tensor actual, Tensor expected, double rtol, double atol) {
        if (actual.dtype() != expected.dtype()) {
            return "dtype " + actual.dtype() + " instead of " + expected.dtype();
        }
        if (!actual.shape().equals(expected.shape())) {
            return "shape " + actual.shape() + " instead of " + expected.shape();
        }
        return expected.dtype().isFloatingPoint()
                ? differenceOfFloats(actual, expected, rtol, atol)
                : differenceOfIntegers(actual, expected);
    }

    private static @Nullable String differenceOfFloats(Tensor actual, Tensor expected, double rtol, double atol) {
        double[] x = actual.detach().toDoubleArray();
        double[] y = expected.toDoubleArray();
        int wrong = 0;
        int worst = -1;
        double worstError = -1;
        for (int i = 0; i < y.length; i++) {
            if (!isClose(x[i], y[i], rtol, atol)) {
                wrong++;
                double error = Math.abs(x[i] - y[i]);
                if (worst < 0 || Double.isNaN(error) || error > worstError) {
                    worst = i;
                    worstError = error;
                }
            }
        }
        return wrong == 0
                ? null
                : x[worst] + " instead of " + y[worst] + " at element " + worst + " of " + expected.shape()
                        + ", the worst of " + wrong + " (rtol " + rtol + ", atol " + atol + ")";
    }

    private static boolean isClose(double actual, double expected, double rtol, double atol) {
        if (Double.isNaN(expected) || Double.isNaN(actual)) {
            return Double.isNaN(expected) && Double.isNaN(actual);
        }
        if (Double.isInfinite(expected) || Double.isInfinite(actual)) {
            return actual == expected;
        }
        return Math.abs(actual - expected) <= atol + rtol * Math.abs(expected);
    }

    private static @Nullable String differenceOfIntegers(Tensor actual, Tensor expected) {
        long[] x = actual.toLongArray();
        long[] y = expected.toLongArray();
        for (int i = 0; i < y.length; i++) {
            if (x[i] != y[i]) {
                return x[i] + " instead of " + y[i] + " at element " + i + " of " + expected.shape();
            }
        }
        return null;
    }
}
