package io.gatun.nn;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.Op;
import org.jspecify.annotations.Nullable;

/** Normalisation by mean and (biased) variance over some of a tensor's dimensions; they differ in which. */
final class Normalizations {
    private Normalizations() {}

    private static Tensor standardise(Tensor x, Axes axes, double eps) {
        Tensor centred = x.sub(x.mean(axes, true));
        return centred.mul(centred.square().mean(axes, true).add(eps).rsqrt());
    }

    private static Tensor affine(Tensor x, @Nullable Tensor weight, @Nullable Tensor bias) {
        Tensor scaled = weight == null ? x : x.mul(weight);
        return bias == null ? scaled : scaled.add(bias);
    }

    static Tensor layer(Tensor x, Shape normalized, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
        int[] axes = trailing("layerNorm", x, normalized);
        fits("layerNorm", "weight", weight, normalized);
        fits("layerNorm", "bias", bias, normalized);
        if (weight != null && weight.dtype() != x.dtype() || bias != null && bias.dtype() != x.dtype()) {
            return affine(standardise(x, Axes.of(axes), eps), weight, bias);
        }
        long width = normalized.numel();
        Tensor rows = x.reshape(x.shape().slice(0, x.dim() - normalized.rank()).numel(), width);
        Tensor scale = weight == null ? Tensor.ones(Shape.of(width), x.dtype(), x.device()) : weight.reshape(width);
        Tensor shift = bias == null ? Tensor.zeros(Shape.of(width), x.dtype(), x.device()) : bias.reshape(width);
        return Operators.run(new Op.Normalize(eps), rows, scale, shift).reshape(x.shape());
    }

    static Tensor rms(Tensor x, Shape normalized, @Nullable Tensor weight, double eps) {
        int[] axes = trailing("rmsNorm", x, normalized);
        fits("rmsNorm", "weight", weight, normalized);
        return affine(x.mul(x.square().mean(Axes.of(axes), true).add(eps).rsqrt()), weight, null);
    }

    private static int[] trailing(String name, Tensor x, Shape normalized) {
        int rank = normalized.rank();
        int lead = x.dim() - rank;
        if (rank == 0 || lead < 0 || !x.shape().slice(lead, x.dim()).equals(normalized)) {
            throw new ShapeException(
                    name + ": the input has shape " + x.shape() + ", whose last dimensions are not " + normalized);
        }
        int[] axes = new int[rank];
        for (int i = 0; i < rank; i++) {
            axes[i] = lead + i;
        }
        return axes;
    }

    static Tensor group(Tensor x, long groups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
        if (x.dim() < 2 || groups < 1 || x.size(1) % groups != 0) {
            throw new ShapeException("groupNorm: the input has shape " + x.shape()
                    + "; its channels cannot be split in " + groups + " groups");
        }
        long rows = x.size(0) * groups;
        long width = x.numel() / Math.max(1, rows);
        Tensor one = Tensor.ones(Shape.scalar(), x.dtype(), x.device()).expand(width);
        Tensor none = Tensor.zeros(Shape.scalar(), x.dtype(), x.device()).expand(width);
        Tensor normal = Operators.run(new Op.Normalize(eps), x.reshape(rows, width), one, none)
                .reshape(x.shape());
        return affine(normal, channels("groupNorm", weight, x), channels("groupNorm", bias, x));
    }

    static Tensor batch(
            Tensor x,
            @Nullable Tensor runningMean,
            @Nullable Tensor runningVar,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            boolean training,
            double momentum,
            double eps) {
        if (x.dim() < 2) {
            throw new ShapeException("batchNorm: the input has shape " + x.shape() + "; it must be (N, C, ...)");
        }
        Shape channels = Shape.of(x.size(1));
        for (Tensor each : new @Nullable Tensor[] {weight, bias, runningMean, runningVar}) {
            fits("batchNorm", "a tensor of one value a channel", each, channels);
        }
        DType dtype = x.dtype();
        for (Tensor each :
                new @Nullable Tensor[] {weight, bias, training ? null : runningMean, training ? null : runningVar}) {
            dtype = each == null ? dtype : DType.promote(dtype, each.dtype());
        }
        Tensor scale = weight == null ? Tensor.ones(channels, dtype, x.device()) : weight.to(dtype);
        Tensor shift = bias == null ? Tensor.zeros(channels, dtype, x.device()) : bias.to(dtype);
        Tensor planes = x.to(dtype)
                .reshape(x.size(0), x.size(1), x.shape().slice(2, x.dim()).numel());
        if (!training) {
            if (runningMean == null || runningVar == null) {
                throw new ValueException("batchNorm: without training it needs a running mean and variance");
            }
            Tensor factor = runningVar.add(eps).rsqrt().mul(scale);
            return Operators.run(new Op.ChannelScale(), planes, factor, shift.sub(runningMean.mul(factor)))
                    .reshape(x.shape());
        }
        long count = x.size(1) == 0 ? 0 : x.numel() / x.size(1);
        if (count < 2) {
            throw new ShapeException("batchNorm: the input has shape " + x.shape() + ", one value for each channel:"
                    + " training needs more to take a variance");
        }
        Tensor[] results = Operators.runAll(new Op.Normalize(eps), planes, scale, shift);
        remember(runningMean, results[1], momentum, 1);
        remember(runningVar, results[2], momentum, (double) count / (count - 1)); // PyTorch keeps the unbiased one
        return results[0].reshape(x.shape());
    }

    @SuppressWarnings("try") // a scope need not be named in its body
    private static void remember(@Nullable Tensor running, Tensor now, double momentum, double factor) {
        if (running != null) {
            try (var scope = TensorScope.open()) {
                Tensor latest = now.detach().mul(momentum * factor);
                running.detach().mul_(1 - momentum).add_(latest);
            }
        }
    }

    private static @Nullable Tensor channels(String name, @Nullable Tensor values, Tensor x) {
        if (values == null) {
            return null;
        }
        fits(name, "a tensor of one value a channel", values, Shape.of(x.size(1)));
        long[] sizes = new long[x.dim() - 1];
        java.util.Arrays.fill(sizes, 1);
        sizes[0] = x.size(1);
        return values.reshape(sizes);
    }

    private static void fits(String name, String what, @Nullable Tensor values, Shape expected) {
        if (values != null && !values.shape().equals(expected)) {
            throw new ShapeException(name + ": " + what + " has shape " + values.shape() + "; expected " + expected);
        }
    }
}
