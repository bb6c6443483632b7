package io.gatun.tensor.op;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** What {@link Op.AveragePool} and its adjoint mean: sums of windows that are divided, and shares that are spread over them. */
final class AveragePools {
    private AveragePools() {}

    static Tensor pool(Op.AveragePool op, Tensor x) {
        long[] sizes = spatial(x.shape());
        return divided(op, sizes, sums(op.geometry(), x, beyond(op.geometry(), sizes)));
    }

    static Tensor input(Op.AveragePoolInput op, Tensor g) {
        PoolGeometry geometry = op.pool().geometry();
        long[] sizes = op.inputSpatial().toArray();
        Tensor shares = divided(op.pool(), sizes, g);
        return isConvolved(geometry, g.dtype())
                ? byConvolution(geometry, sizes, shares)
                : alongEach(geometry, sizes, shares);
    }

    /** What is there for each window of an input of these sizes by its divisor. */
    private static Tensor divided(Op.AveragePool op, long[] sizes, Tensor x) {
        double common = op.commonDivisor(Shape.of(sizes));
        return common != 0 ? x.div(common) : x.div(counts(op, sizes, x));
    }

    /** How many elements each window covers: those of the input, or of input and padding. */
    private static Tensor counts(Op.AveragePool op, long[] sizes, Tensor like) {
        PoolGeometry geometry = op.geometry();
        long[] covered = new long[2 + sizes.length];
        Arrays.fill(covered, 1);
        for (int i = 0; i < sizes.length; i++) {
            covered[2 + i] =
                    sizes[i] + (op.countsPadding() ? 2L * geometry.padding().get(i) : 0);
        }
        Tensor ones = Tensor.ones(Shape.of(covered), like.dtype(), like.device());
        return sums(op.countsPadding() ? unpadded(geometry) : geometry, ones, beyond(geometry, sizes));
    }

    private static PoolGeometry unpadded(PoolGeometry geometry) {
        List<Integer> none = geometry.padding().stream().map(p -> 0).toList();
        return new PoolGeometry(geometry.kernel(), geometry.stride(), none, geometry.dilation(), geometry.ceil());
    }

    /** By the operator that backends are fast at, where they are. */
    private static boolean isConvolved(PoolGeometry geometry, DType dtype) {
        return (dtype == DType.F32 || dtype == DType.F64) && geometry.spatialRank() < 3;
    }

    // ---- sums

    private static Tensor sums(PoolGeometry geometry, Tensor x, long... beyond) {
        if (isConvolved(geometry, x.dtype()) && Arrays.stream(beyond).allMatch(b -> b == 0)) {
            Tensor planes = planes(x);
            Tensor sums = Operators.run(new Op.Convolution(convolution(geometry)), planes, ones(geometry, x));
            return unplaned(x, sums);
        }
        Tensor windows = padded(geometry, x, beyond);
        int[] inside = new int[beyond.length];
        for (int i = 0; i < beyond.length; i++) {
            windows = windows.unfold(
                    2 + i, geometry.kernel().get(i), geometry.stride().get(i));
            inside[i] = -1 - i;
        }
        return windows.sum(Axes.of(inside), false);
    }

    /** How far the last window reaches past the input and its padding, in each dimension. */
    private static long[] beyond(PoolGeometry geometry, long... sizes) {
        long[] beyond = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            long last =
                    (geometry.outputSize(i, sizes[i]) - 1) * geometry.stride().get(i);
            beyond[i] = Math.max(
                    0,
                    last
                            + geometry.kernel().get(i)
                            - sizes[i]
                            - 2L * geometry.padding().get(i));
        }
        return beyond;
    }

    private static Tensor padded(PoolGeometry geometry, Tensor x, long... beyond) {
        long[] before = new long[2 + beyond.length];
        long[] after = new long[2 + beyond.length];
        for (int i = 0; i < beyond.length; i++) {
            before[2 + i] = geometry.padding().get(i);
            after[2 + i] = before[2 + i] + beyond[i];
        }
        return Arrays.stream(after).allMatch(a -> a == 0) ? x : x.pad(before, after, 0);
    }

    // ---- as a convolution of every plane with a kernel of ones

    private static ConvolutionGeometry convolution(PoolGeometry geometry) {
        return new ConvolutionGeometry(geometry.stride(), geometry.padding(), geometry.dilation(), 1);
    }

    private static Tensor ones(PoolGeometry geometry, Tensor like) {
        long[] sizes = new long[2 + geometry.spatialRank()];
        Arrays.fill(sizes, 1);
        for (int i = 0; i < geometry.spatialRank(); i++) {
            sizes[2 + i] = geometry.kernel().get(i);
        }
        return Tensor.ones(Shape.of(sizes), like.dtype(), like.device());
    }

    /** (N, C, ...) as (N C, 1, ...). */
    private static Tensor planes(Tensor x) {
        long[] sizes = x.shape().toArray();
        sizes[0] *= sizes[1];
        sizes[1] = 1;
        return x.reshape(sizes);
    }

    /** (N C, 1, ...) as (N, C, ...), with N and C of {@code like}. */
    private static Tensor unplaned(Tensor like, Tensor planes) {
        long[] sizes = planes.shape().toArray();
        sizes[0] = like.size(0);
        sizes[1] = like.size(1);
        return planes.reshape(sizes);
    }

    private static Tensor byConvolution(PoolGeometry geometry, long[] sizes, Tensor shares) {
        long[] beyond = beyond(geometry, sizes);
        long[] reached = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            reached[i] = sizes[i] + beyond[i];
        }
        var adjoint = new Op.ConvolutionInput(convolution(geometry), Shape.of(reached));
        Tensor result = unplaned(shares, Operators.run(adjoint, planes(shares), ones(geometry, shares)));
        for (int i = 0; i < sizes.length; i++) {
            result = result.narrow(2 + i, 0, sizes[i]);
        }
        return result.contiguous();
    }

    // ---- one dimension after the other

    private static Tensor alongEach(PoolGeometry geometry, long[] sizes, Tensor shares) {
        long[] beyond = beyond(geometry, sizes);
        Tensor result = shares;
        for (int i = sizes.length - 1; i >= 0; i--) {
            int padding = geometry.padding().get(i);
            long reached = sizes[i] + 2L * padding + beyond[i];
            Tensor whole = along(
                    result, 2 + i, geometry.kernel().get(i), geometry.stride().get(i), reached);
            result = whole.narrow(2 + i, padding, sizes[i]);
        }
        return result.contiguous();
    }

    /** Zeros of that size in a dimension, with each element of x added to all that its window covers. */
    private static Tensor along(Tensor x, int dim, int kernel, int stride, long size) {
        Tensor sum = Tensor.zeros(x.shape().with(dim, size), x.dtype(), x.device());
        long windows = x.size(dim);
        if (stride >= kernel) { // no element is in two
            Tensor each = x.unsqueeze(-1);
            Tensor covered = sum.unfold(dim, kernel, stride).narrow(dim, 0, windows);
            covered.copy_(each.expand(covered.shape()));
            return sum;
        }
        for (int tap = 0; tap < kernel; tap++) {
            sum.slice(dim, tap, tap + (windows - 1) * stride + 1, stride).add_(x);
        }
        return sum;
    }

    private static long[] spatial(Shape shape) {
        return shape.slice(2, shape.rank()).toArray();
    }
}
