package io.gatun.benchmarks.peers;

import io.gatun.nn.F;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Convolutions of images 32 × 64 × 28 × 28, forward, and with the gradients of input and weight; pooling, batch norm. */
final class ConvolutionWorkloads {
    private static final double CONVOLUTION = 0.9;
    private static final double POOLING = 1.5;
    private static final Shape IMAGES = Shape.of(32, 64, 28, 28);

    private ConvolutionWorkloads() {}

    static List<Workload> all() {
        List<Workload> rows = new ArrayList<>();
        for (Kind kind : List.of(
                new Kind("conv2d 3×3", Shape.of(64, 64, 3, 3), 1, 1, 1),
                new Kind("conv2d 1×1", Shape.of(64, 64, 1, 1), 1, 0, 1),
                new Kind("conv2d 3×3, stride 2", Shape.of(64, 64, 3, 3), 2, 1, 1),
                new Kind("conv2d 3×3, depthwise", Shape.of(64, 1, 3, 3), 1, 1, 64))) {
            rows.add(Workload.of("conv", kind.name, CONVOLUTION, kind::forward));
            rows.add(Workload.of("conv", kind.name + ", and backward", CONVOLUTION, kind::backward));
        }
        rows.add(Workload.of("pool", "max pool 2×2", POOLING, () -> {
            Tensor x = Tensor.randn(IMAGES.toArray());
            var p = Libtorch.copy(x);
            long[] two = {2, 2};
            return Contest.operator(() -> F.maxPool2d(x, 2), () -> torch.max_pool2d(p, two));
        }));
        rows.add(Workload.of("pool", "average pool 2×2", POOLING, () -> {
            Tensor x = Tensor.randn(IMAGES.toArray());
            var p = Libtorch.copy(x);
            long[] two = {2, 2};
            return Contest.operator(() -> F.avgPool2d(x, 2), () -> torch.avg_pool2d(p, two));
        }));
        rows.add(Workload.of("pool", "max pool 3×3, stride 2, padding 1", POOLING, () -> {
            Tensor x = Tensor.randn(IMAGES.toArray());
            var p = Libtorch.copy(x);
            long[] three = {3, 3};
            long[] two = {2, 2};
            long[] one = {1, 1};
            return Contest.operator(
                    () -> F.maxPool2d(x, 3, 2, 1), () -> torch.max_pool2d(p, three, two, one, one, false));
        }));
        rows.add(Workload.of("pool", "average pool 3×3, stride 2, padding 1", POOLING, () -> {
            Tensor x = Tensor.randn(IMAGES.toArray());
            var p = Libtorch.copy(x);
            long[] three = {3, 3};
            long[] two = {2, 2};
            long[] one = {1, 1};
            LongOptional none = new LongOptional();
            return Contest.operator(
                    () -> F.avgPool2d(x, 3, 2, 1), () -> torch.avg_pool2d(p, three, two, one, false, true, none));
        }));
        rows.add(Workload.of("pool", "batch norm, training", POOLING, () -> batchNorm(true)));
        rows.add(Workload.of("pool", "batch norm, evaluation", POOLING, () -> batchNorm(false)));
        return rows;
    }

    private static Contest batchNorm(boolean training) {
        Tensor x = Tensor.randn(IMAGES.toArray());
        Tensor weight = Tensor.rand(64);
        Tensor bias = Tensor.rand(64);
        Tensor mean = Tensor.zeros(64);
        Tensor variance = Tensor.ones(64);
        var p = Libtorch.copy(x);
        var w = new TensorOptional(Libtorch.copy(weight));
        var b = new TensorOptional(Libtorch.copy(bias));
        var m = new TensorOptional(Libtorch.copy(mean));
        var v = new TensorOptional(Libtorch.copy(variance));
        return Contest.operator(
                () -> F.batchNorm(x, mean, variance, weight, bias, training, 0.1, 1e-5),
                () -> torch.batch_norm(p, w, b, m, v, training, 0.1, 1e-5, false));
    }

    private record Kind(String name, Shape weights, int stride, int padding, int groups) {
        Contest forward() {
            Tensor x = Tensor.randn(IMAGES.toArray());
            Tensor w = Tensor.randn(weights.toArray());
            var p = Libtorch.copy(x);
            var q = Libtorch.copy(w);
            var theirs = theirs();
            return Contest.operator(() -> ours(x, w), () -> theirs.apply(p, q));
        }

        /** Forward, then the gradients of x and w for one of the result. */
        Contest backward() {
            Tensor x = Tensor.randn(IMAGES.toArray()).requiresGrad_(true);
            Tensor w = Tensor.randn(weights.toArray()).requiresGrad_(true);
            Tensor gradient = Tensor.randnLike(ours(x, w).detach());
            var p = Libtorch.leaf(x.detach());
            var q = Libtorch.leaf(w.detach());
            var g = Libtorch.copy(gradient);
            var theirs = theirs();
            var keep = new BoolOptional(false);
            var all = new TensorArrayRefOptional();
            return Contest.step(
                    () -> {
                        x.clearGrad();
                        w.clearGrad();
                        ours(x, w).backward(gradient);
                        return Objects.requireNonNull(w.grad());
                    },
                    () -> {
                        p.mutable_grad().reset();
                        q.mutable_grad().reset();
                        theirs.apply(p, q).backward(g, keep, false, all);
                        return q.grad();
                    });
        }

        private Tensor ours(Tensor x, Tensor w) {
            int[] one = {1};
            return F.conv2d(x, w, null, new int[] {stride}, new int[] {padding}, one, groups);
        }

        private java.util.function.BinaryOperator<org.bytedeco.pytorch.Tensor> theirs() {
            TensorOptional none = new TensorOptional();
            long[] strides = {stride, stride};
            long[] paddings = {padding, padding};
            long[] one = {1, 1};
            return (p, q) -> torch.conv2d(p, q, none, strides, paddings, one, groups);
        }
    }
}
