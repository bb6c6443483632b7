package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The kernel of maximum pooling: the first of equals, the first NaN before all, padding never. Class data: dtype. */
final class MaxPoolTemplate implements MaxPools.Kernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final boolean FLOATING = DTYPE.isFloatingPoint();
    private static final int SIZE = DTYPE.byteSize();

    MaxPoolTemplate() {}

    @Override
    public void run(
            MaxPools.Plane plane,
            MemorySegment x,
            long at,
            MemorySegment values,
            long valueAt,
            MemorySegment indices,
            long indexAt) {
        for (int d = 0; d < plane.out()[0]; d++) {
            int z = d * plane.stride()[0] - plane.padding()[0];
            int firstZ = z + firstTap(plane, 0, z) * plane.dilation()[0];
            int endZ = z + lastTap(plane, 0, z) * plane.dilation()[0];
            for (int h = 0; h < plane.out()[1]; h++) {
                int y = h * plane.stride()[1] - plane.padding()[1];
                int firstY = y + firstTap(plane, 1, y) * plane.dilation()[1];
                int endY = y + lastTap(plane, 1, y) * plane.dilation()[1];
                row(
                        plane,
                        x,
                        at,
                        firstZ,
                        endZ,
                        firstY,
                        endY,
                        values,
                        valueAt + d * plane.valueStep()[0] + h * plane.valueStep()[1],
                        indices,
                        indexAt + d * plane.indexStep()[0] + h * plane.indexStep()[1]);
            }
        }
    }

    /** All windows of one row of results, which see planes z and rows y from the first to before the end. */
    private static void row(
            MaxPools.Plane plane,
            MemorySegment x,
            long at,
            int firstZ,
            int endZ,
            int firstY,
            int endY,
            MemorySegment values,
            long valueAt,
            MemorySegment indices,
            long indexAt) {
        int stride = plane.stride()[2];
        int dilation = plane.dilation()[2];
        int size = plane.size()[2];
        int reach = plane.kernel()[2] * dilation;
        int start = -plane.padding()[2];
        boolean dense = isDense(plane);
        long valueTo = valueAt;
        long indexTo = indexAt;
        for (int w = 0; w < plane.out()[2]; w++, start += stride) {
            int first = start >= 0 ? start : start + (dilation - 1 - start) / dilation * dilation;
            long position = winner(plane, x, at, firstZ, endZ, firstY, endY, first, Math.min(start + reach, size));
            Strided.move(SIZE, x, at + (dense ? position * SIZE : offset(plane, position)), values, valueTo);
            indices.set(Lanes.LONG, indexTo, position);
            valueTo += plane.valueStep()[2];
            indexTo += plane.indexStep()[2];
        }
    }

    private static boolean isDense(MaxPools.Plane plane) {
        return plane.step()[2] == SIZE
                && (plane.size()[1] == 1 || plane.step()[1] == plane.step()[2] * plane.size()[2])
                && (plane.size()[0] == 1 || plane.step()[0] == plane.step()[1] * plane.size()[1]);
    }

    private static long offset(MaxPools.Plane plane, long position) {
        long w = position % plane.size()[2];
        long rest = position / plane.size()[2];
        return rest / plane.size()[1] * plane.step()[0]
                + rest % plane.size()[1] * plane.step()[1]
                + w * plane.step()[2];
    }

    /** The first tap of a window, in one dimension, that is inside the input. */
    private static int firstTap(MaxPools.Plane plane, int dim, int start) {
        int dilation = plane.dilation()[dim];
        return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
    }

    /** The tap after the last that is inside the input. */
    private static int lastTap(MaxPools.Plane plane, int dim, int start) {
        int dilation = plane.dilation()[dim];
        return Math.min(plane.kernel()[dim], (plane.size()[dim] - start + dilation - 1) / dilation);
    }

    /** The position of the largest element of a window. */
    @Expanded
    private static long winner(
            MaxPools.Plane plane,
            MemorySegment x,
            long at,
            int firstZ,
            int endZ,
            int firstY,
            int endY,
            int firstColumn,
            int endColumn) {
        long best = -1;
        double largest = Double.NEGATIVE_INFINITY;
        long largestInteger = Long.MIN_VALUE;
        long step = plane.step()[2] * plane.dilation()[2];
        for (int z = firstZ; z < endZ; z += plane.dilation()[0]) {
            for (int y = firstY; y < endY; y += plane.dilation()[1]) {
                long row = ((long) z * plane.size()[1] + y) * plane.size()[2];
                long elementAt = at + z * plane.step()[0] + y * plane.step()[1] + firstColumn * plane.step()[2];
                for (int column = firstColumn; column < endColumn; column += plane.dilation()[2], elementAt += step) {
                    if (FLOATING) {
                        double value = Element.floating(DTYPE, x, elementAt);
                        if (best < 0 || !(value <= largest) && !Double.isNaN(largest)) {
                            largest = value;
                            best = row + column;
                        }
                    } else {
                        long value = Element.integer(DTYPE, x, elementAt);
                        if (best < 0 || value > largestInteger) {
                            largestInteger = value;
                            best = row + column;
                        }
                    }
                }
            }
        }
        return Math.max(best, 0);
    }
}
