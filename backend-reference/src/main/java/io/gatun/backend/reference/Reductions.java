package io.gatun.backend.reference;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.spi.TensorView;
import java.util.stream.IntStream;

/** Many elements to one, and running sums: loops over rows, the dimensions concerned having been moved last. */
final class Reductions {
    private Reductions() {}

    static void reduce(ReduceKind kind, Axes axes, TensorView a, TensorView out) {
        Layout rows = RowMajor.along(a.layout(), axes);
        int count = RowMajor.length(out.layout());
        if (a.dtype().isFloatingPoint()) {
            double[] x = RowMajor.doubles(a, rows);
            double[] results = new double[count];
            int n = count == 0 ? 0 : x.length / count;
            for (int row = 0; row < count; row++) {
                results[row] = reduce(kind, x, row * n, n);
            }
            RowMajor.store(out, results);
        } else {
            long[] x = RowMajor.longs(a, rows);
            long[] results = new long[count];
            int n = count == 0 ? 0 : x.length / count;
            for (int row = 0; row < count; row++) {
                results[row] = reduce(kind, x, row * n, n);
            }
            RowMajor.store(out, results);
        }
    }

    private static double reduce(ReduceKind kind, double[] x, int from, int n) {
        return switch (kind) {
            case SUM -> sum(x, from, n);
            case MEAN -> sum(x, from, n) / n;
            case PROD -> {
                double product = 1;
                for (int i = 0; i < n; i++) {
                    product *= x[from + i];
                }
                yield product;
            }
            case AMAX -> {
                double largest = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < n; i++) {
                    largest = Math.max(largest, x[from + i]); // NaN if either is
                }
                yield largest;
            }
            case AMIN -> {
                double smallest = Double.POSITIVE_INFINITY;
                for (int i = 0; i < n; i++) {
                    smallest = Math.min(smallest, x[from + i]);
                }
                yield smallest;
            }
            case ALL, ANY -> throw new IllegalStateException(kind.operatorName() + " reached a kernel with numbers");
        };
    }

    private static long reduce(ReduceKind kind, long[] x, int from, int n) {
        return switch (kind) {
            case SUM -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += x[from + i];
                }
                yield sum;
            }
            case PROD -> {
                long product = 1;
                for (int i = 0; i < n; i++) {
                    product *= x[from + i];
                }
                yield product;
            }
            case AMAX -> {
                long largest = Long.MIN_VALUE;
                for (int i = 0; i < n; i++) {
                    largest = Math.max(largest, x[from + i]);
                }
                yield largest;
            }
            case AMIN -> {
                long smallest = Long.MAX_VALUE;
                for (int i = 0; i < n; i++) {
                    smallest = Math.min(smallest, x[from + i]);
                }
                yield smallest;
            }
            case ALL -> {
                long all = 1;
                for (int i = 0; i < n; i++) {
                    all &= x[from + i];
                }
                yield all;
            }
            case ANY -> {
                long any = 0;
                for (int i = 0; i < n; i++) {
                    any |= x[from + i];
                }
                yield any;
            }
            case MEAN -> throw new IllegalStateException("mean reached a kernel with integers");
        };
    }

    /**
     * Neumaier's compensated sum: what an addition rounds away is summed beside it, so that the result is that of twice
     * the precision, rounded. (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
     * 1974.) An infinite sum has no compensation: infinity less itself would be NaN.
     */
    private static double sum(double[] x, int from, int n) {
        double sum = 0;
        double lost = 0;
        for (int i = 0; i < n; i++) {
            double value = x[from + i];
            double next = sum + value;
            lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }
        return Double.isFinite(sum) ? sum + lost : sum;
    }

    static void argReduce(boolean largest, int dim, TensorView a, TensorView out) {
        Layout rows = RowMajor.along(a.layout(), dim);
        int count = RowMajor.length(out.layout());
        long[] winners = new long[count];
        if (a.dtype().isFloatingPoint()) {
            double[] x = RowMajor.doubles(a, rows);
            int n = count == 0 ? 0 : x.length / count;
            for (int row = 0; row < count; row++) {
                int best = 0;
                for (int i = 1; i < n && !Double.isNaN(x[row * n + best]); i++) {
                    double value = x[row * n + i];
                    double leader = x[row * n + best];
                    best = Double.isNaN(value) || (largest ? value > leader : value < leader) ? i : best;
                }
                winners[row] = best;
            }
        } else {
            long[] x = RowMajor.longs(a, rows);
            int n = count == 0 ? 0 : x.length / count;
            for (int row = 0; row < count; row++) {
                int best = 0;
                for (int i = 1; i < n; i++) {
                    long value = x[row * n + i];
                    long leader = x[row * n + best];
                    best = (largest ? value > leader : value < leader) ? i : best;
                }
                winners[row] = best;
            }
        }
        RowMajor.store(out, winners);
    }

    static void scan(boolean product, int dim, TensorView a, TensorView out) {
        Layout rows = RowMajor.along(a.layout(), dim);
        int n = (int) rows.shape().size(-1);
        if (a.dtype().isFloatingPoint()) {
            double[] x = RowMajor.doubles(a, rows);
            for (int i = 0; i < x.length; i++) {
                if (i % n != 0) {
                    x[i] = product ? x[i - 1] * x[i] : x[i - 1] + x[i];
                }
            }
            RowMajor.store(out, RowMajor.along(out.layout(), dim), x);
        } else {
            long[] x = RowMajor.longs(a, rows);
            for (int i = 0; i < x.length; i++) {
                if (i % n != 0) {
                    x[i] = product ? x[i - 1] * x[i] : x[i - 1] + x[i];
                }
            }
            RowMajor.store(out, RowMajor.along(out.layout(), dim), x);
        }
    }

    static void argScan(boolean largest, int dim, TensorView a, TensorView out) {
        Layout rows = RowMajor.along(a.layout(), dim);
        int n = (int) rows.shape().size(-1);
        long[] best = new long[(int) rows.shape().numel()];
        if (a.dtype().isFloatingPoint()) {
            double[] x = RowMajor.doubles(a, rows);
            for (int i = 0; i < x.length; i++) {
                double before = i % n == 0 ? x[i] : x[i - i % n + (int) best[i - 1]];
                boolean reaches = largest ? x[i] >= before : x[i] <= before;
                best[i] = i % n == 0 || Double.isNaN(x[i]) || reaches ? i % n : best[i - 1];
            }
        } else {
            long[] x = RowMajor.longs(a, rows);
            for (int i = 0; i < x.length; i++) {
                long before = i % n == 0 ? x[i] : x[i - i % n + (int) best[i - 1]];
                best[i] = (largest ? x[i] >= before : x[i] <= before) ? i % n : best[i - 1];
            }
        }
        RowMajor.store(out, RowMajor.along(out.layout(), dim), best);
    }

    static void sort(Op.Sort op, TensorView a, TensorView values, TensorView indices) {
        Layout rows = RowMajor.along(a.layout(), op.dim());
        int n = (int) rows.shape().size(-1);
        int count = (int) op.count();
        long[] bits = RowMajor.bits(a, rows);
        long[] sorted = new long[Math.toIntExact(values.layout().shape().numel())];
        long[] order = new long[sorted.length];
        RowOrder before = a.dtype().isFloatingPoint()
                ? byValue(RowMajor.doubles(a, rows), op.descending())
                : byValue(RowMajor.longs(a, rows), op.descending());
        for (int start = 0; start < bits.length; start += n) {
            int from = start;
            int to = start / n * count;
            int[] places = IntStream.range(from, from + n)
                    .boxed()
                    .sorted(before::compare) // stable
                    .skip(op.first())
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int i = 0; i < count; i++) {
                sorted[to + i] = bits[places[i]];
                order[to + i] = (long) places[i] - from;
            }
        }
        RowMajor.storeBits(values, RowMajor.along(values.layout(), op.dim()), sorted);
        RowMajor.store(indices, RowMajor.along(indices.layout(), op.dim()), order);
    }

    /** Which of two places of an array comes first. */
    private interface RowOrder {
        int compare(int p, int q);
    }

    /** NaN is the largest; 0.0 and -0.0 are equal, which {@link Double#compare} denies. */
    private static RowOrder byValue(double[] x, boolean descending) {
        return (p, q) -> {
            double a = x[descending ? q : p];
            double b = x[descending ? p : q];
            return a < b ? -1 : a > b ? 1 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
        };
    }

    private static RowOrder byValue(long[] x, boolean descending) {
        return (p, q) -> descending ? Long.compare(x[q], x[p]) : Long.compare(x[p], x[q]);
    }
}
