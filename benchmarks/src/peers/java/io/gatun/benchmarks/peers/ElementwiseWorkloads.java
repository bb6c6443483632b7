package io.gatun.benchmarks.peers;

import io.gatun.nn.F;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.global.torch;

/** Element by element, at a size for the second cache, for the third, and for memory. */
final class ElementwiseWorkloads {
    private static final String FAMILY = "elementwise";

    private ElementwiseWorkloads() {}

    static List<Workload> all() {
        List<Workload> rows = new ArrayList<>();
        row(rows, 14, 1.0);
        row(rows, 20, 1.3);
        row(rows, 24, 2.0);
        return rows;
    }

    private static void row(List<Workload> rows, int power, double target) {
        long size = 1L << power;
        String at = ", 2^" + power;
        rows.add(Workload.of(FAMILY, "add" + at, target, () -> {
            Tensor x = Tensor.rand(size);
            Tensor y = Tensor.rand(size);
            var p = Libtorch.copy(x);
            var q = Libtorch.copy(y);
            return Contest.operator(() -> x.add(y), () -> p.add(q));
        }));
        rows.add(Workload.of(FAMILY, "mul" + at, target, () -> {
            Tensor x = Tensor.rand(size);
            Tensor y = Tensor.rand(size);
            var p = Libtorch.copy(x);
            var q = Libtorch.copy(y);
            return Contest.operator(() -> x.mul(y), () -> p.mul(q));
        }));
        rows.add(function("exp" + at, size, target, Tensor::exp, p -> p.exp()));
        rows.add(function("gelu" + at, size, target, F::gelu, p -> torch.gelu(p)));
        rows.add(function("sigmoid" + at, size, target, Tensor::sigmoid, p -> p.sigmoid()));
    }

    private static Workload function(
            String name,
            long size,
            double target,
            UnaryOperator<Tensor> ours,
            UnaryOperator<org.bytedeco.pytorch.Tensor> theirs) {
        return Workload.of(FAMILY, name, target, () -> {
            Tensor x = Tensor.randn(size);
            var p = Libtorch.copy(x);
            return Contest.operator(() -> ours.apply(x), () -> theirs.apply(p));
        });
    }
}
