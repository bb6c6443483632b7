package io.gatun.benchmarks.peers;

import io.gatun.nn.F;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** Elements found by position or by order. */
final class IndexingWorkloads {
    private static final String FAMILY = "indexing";
    private static final double TARGET = 1.0;
    private static final long SIDE = 1024;

    private IndexingWorkloads() {}

    static List<Workload> all() {
        return List.of(
                Workload.of(FAMILY, "embedding, 64 × 128 of 10,000 × 256", TARGET, () -> {
                    Tensor weight = Tensor.randn(10_000, 256);
                    Tensor indices = Tensor.randint(10_000, Shape.of(64, 128));
                    var w = Libtorch.copy(weight);
                    var i = Libtorch.copy(indices);
                    return Contest.operator(() -> F.embedding(indices, weight), () -> torch.embedding(w, i));
                }),
                Workload.of(FAMILY, "gather of columns, 1024 × 1024", TARGET, () -> {
                    Tensor x = Tensor.randn(SIDE, SIDE);
                    Tensor indices = Tensor.randint(SIDE, Shape.of(SIDE, SIDE));
                    var p = Libtorch.copy(x);
                    var i = Libtorch.copy(indices);
                    return Contest.operator(() -> x.gather(1, indices), () -> p.gather(1, i));
                }),
                Workload.of(FAMILY, "index_select of rows, 1024 × 1024", TARGET, () -> select(0)),
                Workload.of(FAMILY, "index_select of columns, 1024 × 1024", TARGET, () -> select(1)),
                Workload.of(FAMILY, "sort of rows, 1024 × 1024", TARGET, () -> {
                    Tensor x = Tensor.randn(SIDE, SIDE);
                    var p = Libtorch.copy(x);
                    return Contest.operator(() -> x.sort(1, false).values(), () -> Libtorch.first(p.sort(1, false)));
                }),
                Workload.of(FAMILY, "topk, 10 of rows of 1024 × 1024", TARGET, () -> {
                    Tensor x = Tensor.randn(SIDE, SIDE);
                    var p = Libtorch.copy(x);
                    return Contest.operator(
                            () -> x.topk(10, 1).values(), () -> Libtorch.first(p.topk(10, 1, true, true)));
                }),
                Workload.of(FAMILY, "cumsum along rows, 1024 × 1024", TARGET, () -> cumsum(1)),
                Workload.of(FAMILY, "cumsum along columns, 1024 × 1024", TARGET, () -> cumsum(0)));
    }

    private static Contest select(int dim) {
        Tensor x = Tensor.randn(SIDE, SIDE);
        Tensor indices = Tensor.randint(SIDE, Shape.of(SIDE));
        var p = Libtorch.copy(x);
        var i = Libtorch.copy(indices);
        return Contest.operator(() -> x.indexSelect(dim, indices), () -> p.index_select(dim, i));
    }

    private static Contest cumsum(int dim) {
        Tensor x = Tensor.randn(SIDE, SIDE);
        var p = Libtorch.copy(x);
        return Contest.operator(() -> x.cumsum(dim), () -> p.cumsum(dim));
    }
}
