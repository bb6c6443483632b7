package io.gatun.tensor.op;

import java.util.List;

/**
 * How a pooling window moves, an entry a spatial dimension.
 *
 * @param kernel the window's size, positive
 * @param stride the distance between windows, positive
 * @param padding elements added at both ends, at most half the kernel; they never win
 * @param dilation the distance between a window's elements, positive
 * @param ceil whether a window may start inside the input or its left padding and reach past the end
 */
public record PoolGeometry(
        List<Integer> kernel, List<Integer> stride, List<Integer> padding, List<Integer> dilation, boolean ceil) {
    /** Takes copies of the lists. */
    public PoolGeometry {
        kernel = List.copyOf(kernel);
        stride = List.copyOf(stride);
        padding = List.copyOf(padding);
        dilation = List.copyOf(dilation);
    }

    /** The number of spatial dimensions. */
    public int spatialRank() {
        return kernel.size();
    }

    /** The output's size along spatial dimension {@code i} for an input of this size; may be below 1. */
    public long outputSize(int i, long input) {
        long room = input + 2L * padding.get(i) - (long) dilation.get(i) * (kernel.get(i) - 1) - 1;
        long step = stride.get(i);
        long windows = Math.floorDiv(ceil ? room + step - 1 : room, step) + 1;
        boolean lastStartsOutside = ceil && (windows - 1) * step >= input + padding.get(i);
        return lastStartsOutside ? windows - 1 : windows;
    }
}
