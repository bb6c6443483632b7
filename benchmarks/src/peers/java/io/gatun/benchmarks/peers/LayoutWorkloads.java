package io.gatun.benchmarks.peers;

import io.gatun.tensor.Tensor;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Copies between layouts. */
final class LayoutWorkloads {
    private static final String FAMILY = "layout";
    private static final double TARGET = 2.0;
    private static final long SIDE = 2048;

    private LayoutWorkloads() {}

    static List<Workload> all() {
        return List.of(
                Workload.of(FAMILY, "transpose copy, 2048 × 2048", TARGET, () -> {
                    Tensor x = Tensor.rand(SIDE, SIDE);
                    var p = Libtorch.copy(x);
                    return Contest.operator(() -> x.t().contiguous(), () -> {
                        try (var view = p.t()) {
                            return view.contiguous();
                        }
                    });
                }),
                Workload.of(FAMILY, "permute (0, 2, 3, 1) of 32 × 64 × 28 × 28", TARGET, () -> {
                    Tensor x = Tensor.rand(32, 64, 28, 28);
                    var p = Libtorch.copy(x);
                    return Contest.operator(() -> x.permute(0, 2, 3, 1).contiguous(), () -> {
                        try (var view = p.permute(0, 2, 3, 1)) {
                            return view.contiguous();
                        }
                    });
                }),
                Workload.of(FAMILY, "strided slice, every 2nd column of 2048 × 2048", TARGET, () -> slices(0, 1, 2)),
                Workload.of(
                        FAMILY,
                        "strided slice, every 2nd row and column of 2048 × 2048",
                        TARGET,
                        () -> slices(0, 2, 2)),
                Workload.of(
                        FAMILY, "strided slice, every 3rd column from 1 of 2048 × 2048", TARGET, () -> slices(1, 1, 3)),
                Workload.of(FAMILY, "cat of rows, 2 of 2048 × 2048", TARGET, () -> cat(0)),
                Workload.of(FAMILY, "cat of columns, 2 of 2048 × 2048", TARGET, () -> cat(1)));
    }

    private static Contest slices(long start, long rowStep, long columnStep) {
        Tensor x = Tensor.rand(SIDE, SIDE);
        var p = Libtorch.copy(x);
        var from = new LongOptional(start);
        var end = new LongOptional(SIDE);
        return Contest.operator(
                () -> x.slice(0, start, SIDE, rowStep)
                        .slice(1, start, SIDE, columnStep)
                        .contiguous(),
                () -> {
                    try (var rows = p.slice(0, from, end, rowStep);
                            var both = rows.slice(1, from, end, columnStep)) {
                        return both.contiguous();
                    }
                });
    }

    private static Contest cat(int dim) {
        Tensor x = Tensor.rand(SIDE, SIDE);
        Tensor y = Tensor.rand(SIDE, SIDE);
        List<Tensor> ours = List.of(x, y);
        var theirs = new TensorVector(Libtorch.copy(x), Libtorch.copy(y));
        return Contest.operator(() -> Tensor.cat(ours, dim), () -> torch.cat(theirs, dim));
    }
}
