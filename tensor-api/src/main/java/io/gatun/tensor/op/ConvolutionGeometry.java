package io.gatun.tensor.op;

import java.util.List;

/**
 * How a convolution's kernel moves, an entry a spatial dimension.
 *
 * @param stride the distance between windows, positive
 * @param padding zeros added at both ends
 * @param dilation the distance between a kernel's elements, positive
 * @param groups how many independent groups the channels fall into
 */
public record ConvolutionGeometry(List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups) {
    /** Takes copies of the lists. */
    public ConvolutionGeometry {
        stride = List.copyOf(stride);
        padding = List.copyOf(padding);
        dilation = List.copyOf(dilation);
    }

    /** The number of spatial dimensions. */
    public int spatialRank() {
        return stride.size();
    }

    /** Whether a kernel of {@code taps} elements sees every position, and each by itself: then it is a product of matrices. */
    public boolean isPointwise(long taps) {
        return taps == 1
                && stride.stream().allMatch(s -> s == 1)
                && padding.stream().allMatch(p -> p == 0);
    }

    /** The output's size along spatial dimension {@code i} for an input and a kernel of these sizes; may be below 1. */
    public long outputSize(int i, long input, long kernel) {
        long reach = (long) dilation.get(i) * (kernel - 1) + 1;
        return Math.floorDiv(input + 2L * padding.get(i) - reach, stride.get(i)) + 1;
    }
}
