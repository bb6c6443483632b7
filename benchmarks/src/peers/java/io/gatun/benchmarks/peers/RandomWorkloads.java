package io.gatun.benchmarks.peers;

import io.gatun.nn.F;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.global.torch;

/** Random numbers, and dropout. Both sides draw their own: only how many there are is compared. */
final class RandomWorkloads {
    private static final String FAMILY = "random";
    private static final long COUNT = 1 << 20;
    private static final double TARGET = 1;

    private RandomWorkloads() {}

    static List<Workload> all() {
        return List.of(
                row("uniform numbers, 2^20", Tensor::randLike, torch::rand_like),
                row("normal numbers, 2^20", Tensor::randnLike, torch::randn_like),
                row("coins, 2^20", x -> x.bernoulli(0.5), p -> torch.bernoulli(p, 0.5)),
                row("dropout, 2^20", x -> F.dropout(x, 0.1, true), p -> torch.dropout(p, 0.1, true)));
    }

    private static Workload row(
            String name,
            Function<Tensor, Tensor> ours,
            Function<org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor> theirs) {
        return Workload.of(FAMILY, name, TARGET, () -> {
            Tensor x = Tensor.ones(COUNT);
            var p = Libtorch.copy(x);
            Contest drawn = Contest.operator(() -> ours.apply(x), () -> theirs.apply(p));
            return new Contest(
                    drawn.ours(),
                    drawn.theirs(),
                    () -> new double[drawn.ourResult().get().length],
                    () -> new double[drawn.theirResult().get().length],
                    false);
        });
    }
}
