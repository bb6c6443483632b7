package io.gatun.benchmarks.peers;

import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Sums, means and maxima over all of a square matrix, over its rows (each to a number), and over its columns. */
final class ReductionWorkloads {
    private static final String FAMILY = "reduction";

    private ReductionWorkloads() {}

    static List<Workload> all() {
        List<Workload> rows = new ArrayList<>();
        rows(rows, 1024, ", 2^20");
        rows(rows, 4096, ", 2^24");
        return rows;
    }

    private static void rows(List<Workload> rows, long side, String at) {
        long[] columns = {0};
        long[] lines = {1};
        rows.add(row("sum" + at, side, Tensor::sum, p -> p.sum()));
        rows.add(row("sum over rows" + at, side, x -> x.sum(1), p -> p.sum(1)));
        rows.add(row("sum over columns" + at, side, x -> x.sum(0), p -> p.sum(0)));
        rows.add(row("mean" + at, side, Tensor::mean, p -> p.mean()));
        rows.add(row("mean over rows" + at, side, x -> x.mean(1), p -> p.mean(1)));
        rows.add(row("mean over columns" + at, side, x -> x.mean(0), p -> p.mean(0)));
        rows.add(row("max" + at, side, Tensor::max, p -> p.max()));
        rows.add(row("max over rows" + at, side, x -> x.amax(1), p -> p.amax(lines, false)));
        rows.add(row("max over columns" + at, side, x -> x.amax(0), p -> p.amax(columns, false)));
    }

    private static Workload row(
            String name, long side, UnaryOperator<Tensor> ours, UnaryOperator<org.bytedeco.pytorch.Tensor> theirs) {
        return Workload.of(FAMILY, name, 1.0, () -> {
            Tensor x = Tensor.rand(side, side);
            var p = Libtorch.copy(x);
            return Contest.operator(() -> ours.apply(x), () -> theirs.apply(p));
        });
    }
}
