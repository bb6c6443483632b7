package io.gatun.benchmarks.peers;

import io.gatun.nn.F;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.List;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** What is computed from whole rows of 1024 × 1024: softmax, layer norm, cross entropy, forward. */
final class NormalizationWorkloads {
    private static final String FAMILY = "normalization";
    private static final long SIDE = 1024;
    private static final double TARGET = 1.5;

    private NormalizationWorkloads() {}

    static List<Workload> all() {
        return List.of(
                Workload.of(FAMILY, "softmax, 1024 × 1024", TARGET, NormalizationWorkloads::softmax),
                Workload.of(FAMILY, "layer norm, 1024 × 1024", TARGET, NormalizationWorkloads::layerNorm),
                Workload.of(FAMILY, "cross entropy, 1024 × 1024", TARGET, NormalizationWorkloads::crossEntropy));
    }

    private static Contest softmax() {
        Tensor x = Tensor.randn(SIDE, SIDE);
        var p = Libtorch.copy(x);
        return Contest.operator(() -> x.softmax(1), () -> torch.softmax(p, 1));
    }

    private static Contest layerNorm() {
        Tensor x = Tensor.randn(SIDE, SIDE);
        Tensor weight = Tensor.rand(SIDE);
        Tensor bias = Tensor.rand(SIDE);
        Shape row = Shape.of(SIDE);
        var p = Libtorch.copy(x);
        var w = new TensorOptional(Libtorch.copy(weight));
        var b = new TensorOptional(Libtorch.copy(bias));
        long[] theirRow = {SIDE};
        return Contest.operator(
                () -> F.layerNorm(x, row, weight, bias, 1e-5), () -> torch.layer_norm(p, theirRow, w, b, 1e-5, true));
    }

    private static Contest crossEntropy() {
        Tensor x = Tensor.randn(SIDE, SIDE);
        Tensor classes = Tensor.randint(SIDE, Shape.of(SIDE));
        var p = Libtorch.copy(x);
        var c = Libtorch.copy(classes);
        return Contest.operator(() -> F.crossEntropy(x, classes), () -> torch.cross_entropy_loss(p, c));
    }
}
