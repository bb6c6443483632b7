package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The kernel of maximum pooling: the first of equals, the first NaN before all, padding never. Class data: dtype. */
final class MaxPoolTemplate implements MaxPools.Kernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Access ELEMENTS = Access.own(DTYPE);
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
            for (int h = 0; h < plane.out()[1]; h++) {
                for (int w = 0; w < plane.out()[2]; w++) {
                    long position = winner(plane, x, at, d, h, w);
                    long value =
                            valueAt + d * plane.valueStep()[0] + h * plane.valueStep()[1] + w * plane.valueStep()[2];
                    long index =
                            indexAt + d * plane.indexStep()[0] + h * plane.indexStep()[1] + w * plane.indexStep()[2];
                    Strided.move(SIZE, x, at + offset(plane, position), values, value);
                    indices.set(Lanes.LONG, index, position);
                }
            }
        }
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

    /** The position of the largest element of the window of output (d, h, w). */
    private static long winner(MaxPools.Plane plane, MemorySegment x, long at, int d, int h, int w) {
        int startD = d * plane.stride()[0] - plane.padding()[0];
        int startH = h * plane.stride()[1] - plane.padding()[1];
        int startW = w * plane.stride()[2] - plane.padding()[2];
        int firstW = firstTap(plane, 2, startW);
        int lastW = lastTap(plane, 2, startW);
        int firstH = firstTap(plane, 1, startH);
        int lastH = lastTap(plane, 1, startH);
        long best = -1;
        double largest = Double.NEGATIVE_INFINITY;
        long largestInteger = Long.MIN_VALUE;
        for (int i = firstTap(plane, 0, startD); i < lastTap(plane, 0, startD); i++) {
            long z = startD + (long) i * plane.dilation()[0];
            for (int j = firstH; j < lastH; j++) {
                long y = startH + (long) j * plane.dilation()[1];
                long row = (z * plane.size()[1] + y) * plane.size()[2];
                long rowAt = at + z * plane.step()[0] + y * plane.step()[1];
                for (int k = firstW; k < lastW; k++) {
                    long column = startW + (long) k * plane.dilation()[2];
                    long elementAt = rowAt + column * plane.step()[2];
                    if (FLOATING) {
                        double value = ELEMENTS.floating(x, elementAt);
                        if (best < 0 || value > largest || Double.isNaN(value) && !Double.isNaN(largest)) {
                            largest = value;
                            best = row + column;
                        }
                    } else {
                        long value = ELEMENTS.integer(x, elementAt);
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
