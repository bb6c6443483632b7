package io.gatun.benchmarks.peers;

import io.gatun.autograd.Autograd;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;

/** Work so small that calls cost more than arithmetic: an addition, and PyTorch's first tutorial, a cubic fitted to sin. */
final class SmallWorkloads {
    private static final String FAMILY = "small";
    private static final double RATE = 1e-6;
    private static final double[] START = {0.1, -0.2, 0.3, -0.4};

    private SmallWorkloads() {}

    static List<Workload> all() {
        return List.of(
                Workload.of(FAMILY, "add, 10 elements", 7, SmallWorkloads::tinyAdd),
                Workload.of(
                        FAMILY,
                        "sine fit, by hand",
                        5,
                        () -> Contest.step(new ByHand()::step, new TheirsByHand()::step)),
                Workload.of(
                        FAMILY,
                        "sine fit, by hand, without scope",
                        2,
                        () -> Contest.stepWithoutScope(new ByHand()::step, new TheirsByHand()::step)),
                Workload.of(
                        FAMILY,
                        "sine fit, autograd",
                        4,
                        () -> Contest.step(new ByAutograd()::step, new TheirsByAutograd()::step)),
                Workload.of(
                        FAMILY,
                        "sine fit, autograd, without scope",
                        2,
                        () -> Contest.stepWithoutScope(new ByAutograd()::step, new TheirsByAutograd()::step)));
    }

    private static Contest tinyAdd() {
        Tensor x = Tensor.rand(10);
        Tensor y = Tensor.rand(10);
        var p = Libtorch.copy(x);
        var q = Libtorch.copy(y);
        return Contest.operator(() -> x.add(y), () -> p.add(q));
    }

    private static Tensor points() {
        return Tensor.linspace(-Math.PI, Math.PI, 2000);
    }

    private static final class ByHand {
        private final Tensor x = points();
        private final Tensor y = x.sin();
        private final Tensor a = Tensor.of(START[0]);
        private final Tensor b = Tensor.of(START[1]);
        private final Tensor c = Tensor.of(START[2]);
        private final Tensor d = Tensor.of(START[3]);

        Tensor step() {
            Tensor x2 = x.pow(2);
            Tensor x3 = x.pow(3);
            Tensor difference = a.add(b.mul(x)).add(c.mul(x2)).add(d.mul(x3)).sub(y);
            Tensor loss = difference.pow(2).sum();
            Tensor slope = difference.mul(2);
            a.sub_(slope.sum().mul(RATE));
            b.sub_(slope.mul(x).sum().mul(RATE));
            c.sub_(slope.mul(x2).sum().mul(RATE));
            d.sub_(slope.mul(x3).sum().mul(RATE));
            return loss;
        }
    }

    private static final class TheirsByHand {
        private final org.bytedeco.pytorch.Tensor x = Libtorch.copy(points());
        private final org.bytedeco.pytorch.Tensor y = x.sin();
        private final org.bytedeco.pytorch.Tensor a = Libtorch.copy(Tensor.of(START[0]));
        private final org.bytedeco.pytorch.Tensor b = Libtorch.copy(Tensor.of(START[1]));
        private final org.bytedeco.pytorch.Tensor c = Libtorch.copy(Tensor.of(START[2]));
        private final org.bytedeco.pytorch.Tensor d = Libtorch.copy(Tensor.of(START[3]));
        private final Scalar two = new Scalar(2);
        private final Scalar three = new Scalar(3);
        private final Scalar rate = new Scalar(RATE);

        org.bytedeco.pytorch.Tensor step() {
            try (AutoGradMode _ = new AutoGradMode(false)) {
                var x2 = x.pow(two);
                var x3 = x.pow(three);
                var difference = a.add(b.mul(x)).add(c.mul(x2)).add(d.mul(x3)).sub(y);
                var loss = difference.pow(two).sum();
                var slope = difference.mul(two);
                a.sub_(slope.sum().mul(rate));
                b.sub_(slope.mul(x).sum().mul(rate));
                c.sub_(slope.mul(x2).sum().mul(rate));
                d.sub_(slope.mul(x3).sum().mul(rate));
                return loss;
            }
        }
    }

    private static final class ByAutograd {
        private final Tensor x = points();
        private final Tensor y = x.sin();
        private final List<Tensor> coefficients = List.of(leaf(0), leaf(1), leaf(2), leaf(3));

        private static Tensor leaf(int index) {
            return Tensor.of(START[index]).requiresGrad_(true);
        }

        Tensor step() {
            Tensor predicted = coefficients
                    .get(0)
                    .add(coefficients.get(1).mul(x))
                    .add(coefficients.get(2).mul(x.pow(2)))
                    .add(coefficients.get(3).mul(x.pow(3)));
            Tensor loss = predicted.sub(y).pow(2).sum();
            loss.backward();
            try (var _ = Autograd.noGrad()) {
                for (Tensor coefficient : coefficients) {
                    coefficient.sub_(Objects.requireNonNull(coefficient.grad()).mul(RATE));
                    coefficient.clearGrad();
                }
            }
            return loss;
        }
    }

    private static final class TheirsByAutograd {
        private final org.bytedeco.pytorch.Tensor x = Libtorch.copy(points());
        private final org.bytedeco.pytorch.Tensor y = x.sin();
        private final List<org.bytedeco.pytorch.Tensor> coefficients = List.of(leaf(0), leaf(1), leaf(2), leaf(3));
        private final Scalar two = new Scalar(2);
        private final Scalar three = new Scalar(3);
        private final Scalar rate = new Scalar(RATE);

        private static org.bytedeco.pytorch.Tensor leaf(int index) {
            return Libtorch.leaf(Tensor.of(START[index]));
        }

        org.bytedeco.pytorch.Tensor step() {
            var predicted = coefficients
                    .get(0)
                    .add(coefficients.get(1).mul(x))
                    .add(coefficients.get(2).mul(x.pow(two)))
                    .add(coefficients.get(3).mul(x.pow(three)));
            var loss = predicted.sub(y).pow(two).sum();
            loss.backward();
            try (AutoGradMode _ = new AutoGradMode(false)) {
                for (var coefficient : coefficients) {
                    coefficient.sub_(coefficient.grad().mul(rate));
                    coefficient.mutable_grad().reset();
                }
            }
            return loss;
        }
    }
}
