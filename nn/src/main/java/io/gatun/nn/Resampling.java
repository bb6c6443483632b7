package io.gatun.nn;

import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;

/**
 * Resizing of the spatial dimensions of (N, C, ...). Nearest picks indices; linear interpolation multiplies each dimension
 * by a matrix with two entries a row, so that its gradient is the transposed matrix's product.
 */
final class Resampling {
    private Resampling() {}

    /**
     * The input's coordinate for an output's, in one dimension.
     *
     * @param scale the distance in the input of two neighbours in the output
     */
    private record Axis(long in, long out, double scale, boolean alignCorners) {
        double source(long position) {
            if (in == out) {
                return position; // whatever the factor, as in PyTorch
            }
            return alignCorners ? scale * position : Math.max(0, scale * (position + 0.5) - 0.5);
        }
    }

    static Tensor interpolate(Tensor x, long[] size, double[] factors, F.Interpolation mode, boolean alignCorners) {
        int rank = x.dim() - 2;
        boolean fits = mode == F.Interpolation.BILINEAR ? rank == 2 : rank >= 1 && rank <= 3;
        if (!fits) {
            throw new ShapeException("interpolate: the input has shape " + x.shape() + "; mode " + mode + " takes "
                    + (mode == F.Interpolation.BILINEAR ? "(N, C, H, W)" : "(N, C, ...) with 1 to 3 more"));
        }
        Tensor result = x;
        for (int i = 0; i < rank; i++) {
            long in = x.size(2 + i);
            double factor = factors.length == 0 ? 0 : factors[factors.length == 1 ? 0 : i];
            long out = size.length == 0 ? (long) Math.floor(in * factor) : size[size.length == 1 ? 0 : i];
            if (out < 1 || in < 1) {
                throw new ShapeException("interpolate: dimension " + (2 + i) + " of shape " + x.shape()
                        + " would get size " + out + "; it must be positive");
            }
            double scale = alignCorners
                    ? out > 1 ? (double) (in - 1) / (out - 1) : 0
                    : factor > 0 ? 1 / factor : (double) in / out;
            Axis axis = new Axis(in, out, scale, alignCorners);
            result = mode == F.Interpolation.NEAREST ? nearest(result, 2 + i, axis) : linear(result, 2 + i, axis);
        }
        return result;
    }

    private static Tensor nearest(Tensor x, int dim, Axis axis) {
        long[] sources = new long[Math.toIntExact(axis.out)];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = Math.min((long) Math.floor(i * (float) axis.scale), axis.in - 1);
        }
        return x.indexSelect(dim, Tensor.of(sources).to(x.device()));
    }

    private static Tensor linear(Tensor x, int dim, Axis axis) {
        double[][] weights = new double[Math.toIntExact(axis.out)][Math.toIntExact(axis.in)];
        for (int i = 0; i < weights.length; i++) {
            double at = axis.source(i);
            int low = (int) Math.min((long) at, axis.in - 1);
            int high = (int) Math.min(low + 1L, axis.in - 1);
            weights[i][low] += 1 - (at - low);
            weights[i][high] += at - low;
        }
        Tensor matrix = Tensor.of(weights, x.dtype(), x.device());
        return dim == x.dim() - 1 ? x.matmul(matrix.t()) : matrix.matmul(x);
    }

    /** (N, C, ...) to (N, C * kernel, windows): see {@link F#unfold}. */
    static Tensor columns(Tensor x, int[] kernel, int[] dilation, int[] padding, int[] stride) {
        if (x.dim() != 4) {
            throw new ShapeException("unfold: the input has shape " + x.shape() + "; it must be (N, C, H, W)");
        }
        var size = Convolutions.spread("unfold", "kernelSize", kernel, 2, 1);
        var spacing = Convolutions.spread("unfold", "dilation", dilation, 2, 1);
        var border = Convolutions.spread("unfold", "padding", padding, 2, 0);
        var step = Convolutions.spread("unfold", "stride", stride, 2, 1);
        Tensor windows = x;
        if (border.get(0) > 0 || border.get(1) > 0) {
            long[] around = {0, 0, border.get(0), border.get(1)};
            windows = x.pad(around, around, 0);
        }
        for (int i = 0; i < 2; i++) {
            long reach = (long) spacing.get(i) * (size.get(i) - 1) + 1;
            if (windows.size(2 + i) < reach) {
                throw new ShapeException("unfold: the kernel " + size + " with dilation " + spacing
                        + " is larger than input " + x.shape() + " with padding " + border);
            }
            windows = windows.unfold(2 + i, reach, step.get(i)).slice(-1, 0, Long.MAX_VALUE, spacing.get(i));
        }
        Shape shape = windows.shape(); // (N, C, rows, columns, kernel height, kernel width)
        return windows.permute(0, 1, 4, 5, 2, 3)
                .reshape(shape.size(0), shape.size(1) * shape.size(4) * shape.size(5), shape.size(2) * shape.size(3));
    }
}
