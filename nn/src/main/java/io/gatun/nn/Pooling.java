package io.gatun.nn;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValuesAndIndices;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.PoolGeometry;
import java.util.List;

/** Pooling over windows of 1 to 3 spatial dimensions, with or without a batch dimension. */
final class Pooling {
    private Pooling() {}

    static ValuesAndIndices max(
            int rank, Tensor input, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceil) {
        PoolGeometry geometry = geometry("maxPool" + rank + "d", rank, kernel, stride, padding, dilation, ceil);
        boolean single = input.dim() == rank + 1;
        Tensor[] pooled = Operators.runAll(new Op.MaxPool(geometry), single ? input.unsqueeze(0) : input);
        return single
                ? new ValuesAndIndices(pooled[0].squeeze(0), pooled[1].squeeze(0))
                : new ValuesAndIndices(pooled[0], pooled[1]);
    }

    /** @param divisor what sums are divided by; 0 for the number of elements */
    static Tensor average(
            int rank,
            Tensor input,
            int[] kernel,
            int[] stride,
            int[] padding,
            boolean ceil,
            boolean countIncludePad,
            int divisor) {
        String name = "avgPool" + rank + "d";
        PoolGeometry geometry = geometry(name, rank, kernel, stride, padding, new int[] {1}, ceil);
        int lead = input.dim() - rank;
        if (lead != 1 && lead != 2) {
            throw new ShapeException(name + ": input " + input.shape() + " must have " + (rank + 1) + " or "
                    + (rank + 2) + " dimensions: (N, C, ...) or (C, ...)");
        }
        int[] beyond = beyond(name, geometry, input, lead);
        Tensor sums = windowSums(geometry, input, lead, beyond);
        if (divisor != 0) {
            return sums.div(divisor);
        }
        boolean plain = geometry.padding().stream().allMatch(p -> p == 0)
                && java.util.Arrays.stream(beyond).allMatch(b -> b == 0);
        if (plain || countIncludePad && !ceil) {
            return sums.div(geometry.kernel().stream().mapToDouble(k -> k).reduce(1, (a, b) -> a * b));
        }
        return sums.div(counts(geometry, input, lead, beyond, countIncludePad));
    }

    /** How many elements each window's sum is divided by: those of the input, or of input and padding, it covers. */
    private static Tensor counts(PoolGeometry geometry, Tensor input, int lead, int[] beyond, boolean withPadding) {
        long[] sizes = new long[input.dim()];
        java.util.Arrays.fill(sizes, 1);
        for (int i = 0; i < geometry.spatialRank(); i++) {
            long padding = withPadding ? 2L * geometry.padding().get(i) : 0;
            sizes[lead + i] = input.size(lead + i) + padding;
        }
        Tensor ones = Tensor.ones(Shape.of(sizes), input.dtype(), input.device());
        PoolGeometry around = withPadding
                ? new PoolGeometry(
                        geometry.kernel(),
                        geometry.stride(),
                        geometry.padding().stream().map(p -> 0).toList(),
                        geometry.dilation(),
                        geometry.ceil())
                : geometry;
        return windowSums(around, ones, lead, beyond);
    }

    /** What the last window needs past the input and its right padding, in each dimension. */
    private static int[] beyond(String name, PoolGeometry geometry, Tensor input, int lead) {
        int[] beyond = new int[geometry.spatialRank()];
        for (int i = 0; i < beyond.length; i++) {
            if (2 * geometry.padding().get(i) > geometry.kernel().get(i)) {
                throw new ShapeException(name + ": padding " + geometry.padding() + " is more than half of the kernel "
                        + geometry.kernel());
            }
            long size = input.size(lead + i);
            long windows = geometry.outputSize(i, size);
            if (windows < 1) {
                throw new ShapeException(name + ": the kernel " + geometry.kernel() + " is larger than input "
                        + input.shape() + " with padding " + geometry.padding());
            }
            long reach =
                    (windows - 1) * geometry.stride().get(i) + geometry.kernel().get(i);
            beyond[i] = (int) Math.max(0, reach - size - 2L * geometry.padding().get(i));
        }
        return beyond;
    }

    private static Tensor windowSums(PoolGeometry geometry, Tensor input, int lead, int[] beyond) {
        int rank = geometry.spatialRank();
        boolean floating = input.dtype() == DType.F32 || input.dtype() == DType.F64;
        if (floating && rank < 3 && java.util.Arrays.stream(beyond).allMatch(b -> b == 0)) {
            return byConvolution(geometry, input, lead);
        }
        long[] before = new long[input.dim()];
        long[] after = new long[input.dim()];
        boolean padded = false;
        for (int i = 0; i < rank; i++) {
            before[lead + i] = geometry.padding().get(i);
            after[lead + i] = before[lead + i] + beyond[i];
            padded |= after[lead + i] > 0;
        }
        Tensor windows = padded ? input.pad(before, after, 0) : input;
        int[] inside = new int[rank];
        for (int i = 0; i < rank; i++) {
            windows = windows.unfold(
                    lead + i, geometry.kernel().get(i), geometry.stride().get(i));
            inside[i] = -1 - i;
        }
        return windows.sum(Axes.of(inside), false);
    }

    /** The sums as a convolution of every plane with a kernel of ones: that is what backends are fast at. */
    private static Tensor byConvolution(PoolGeometry geometry, Tensor input, int lead) {
        Shape spatial = input.shape().slice(lead, input.dim());
        long[] ones = new long[2 + geometry.spatialRank()];
        ones[0] = 1;
        ones[1] = 1;
        for (int i = 0; i < geometry.spatialRank(); i++) {
            ones[2 + i] = geometry.kernel().get(i);
        }
        Shape leading = input.shape().slice(0, lead);
        Tensor sums = Operators.run(
                new Op.Convolution(
                        new ConvolutionGeometry(geometry.stride(), geometry.padding(), geometry.dilation(), 1)),
                input.reshape(Shape.of(leading.numel(), 1).concat(spatial).toArray()),
                Tensor.ones(Shape.of(ones), input.dtype(), input.device()));
        return sums.reshape(leading.concat(sums.shape().slice(2, sums.dim())).toArray());
    }

    private static PoolGeometry geometry(
            String name, int rank, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceil) {
        List<Integer> window = Convolutions.spread(name, "kernelSize", kernel, rank, 1);
        return new PoolGeometry(
                window,
                stride.length == 0 ? window : Convolutions.spread(name, "stride", stride, rank, 1),
                Convolutions.spread(name, "padding", padding, rank, 0),
                Convolutions.spread(name, "dilation", dilation, rank, 1),
                ceil);
    }
}
