package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.PoolGeometry;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Maximum pooling in one pass: each window's largest element and its position, without the windows ever being copied. Up to
 * three spatial dimensions; fewer are treated as three, the first ones of size 1.
 */
final class MaxPools {
    /** The most spatial dimensions there is a kernel for. */
    static final int MOST_DIMENSIONS = 3;

    /** Stamped from {@link MaxPoolTemplate}. */
    interface Kernel {
        /** Pools one channel of one sample. */
        void run(
                Plane plane,
                MemorySegment x,
                long at,
                MemorySegment values,
                long valueAt,
                MemorySegment indices,
                long indexAt);
    }

    /**
     * What all channels have in common: an entry for each of three spatial dimensions.
     *
     * @param step between elements of x, in bytes; valueStep and indexStep likewise of the outputs
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Plane(
            int[] size,
            int[] out,
            int[] kernel,
            int[] stride,
            int[] padding,
            int[] dilation,
            long[] step,
            long[] valueStep,
            long[] indexStep) {}

    private static final @Nullable Kernel[] KERNELS = new Kernel[DType.values().length];

    private MaxPools() {}

    private static Kernel kernel(DType dtype) {
        int at = Stamp.place(dtype);
        Kernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(Kernel.class, MaxPoolTemplate.class, dtype);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** x (N, C, ...) to the values and the I64 positions in x's flattened spatial dimensions. */
    static void pool(HostPool pool, PoolGeometry geometry, TensorView x, TensorView values, TensorView indices) {
        Layout in = x.layout();
        Layout valueLayout = values.layout();
        Layout indexLayout = indices.layout();
        if (valueLayout.shape().isEmpty()) {
            return;
        }
        if (MaxPlanes.take(geometry, x, values, indices)) {
            new MaxPlanes(geometry, pool, x, values, indices).run();
            return;
        }
        int size = x.dtype().byteSize();
        Plane plane = plane(geometry, in, valueLayout, indexLayout, size);
        Kernel kernel = kernel(x.dtype());
        MemorySegment from = x.storage().segment();
        MemorySegment to = values.storage().segment();
        MemorySegment positions = indices.storage().segment();
        long channels = in.shape().size(1);
        long perPlane = valueLayout.shape().numel() / (in.shape().size(0) * channels);
        long window = 1;
        for (int taps : plane.kernel) {
            window *= taps;
        }
        long grain = Math.max(1, Elementwise.GRAIN / 2 / (perPlane * window));
        Workers.shared().run(in.shape().size(0) * channels, grain, (first, last) -> {
            for (long i = first; i < last; i++) {
                long sample = i / channels;
                long channel = i % channels;
                kernel.run(
                        plane,
                        from,
                        start(in, sample, channel) * size,
                        to,
                        start(valueLayout, sample, channel) * size,
                        positions,
                        start(indexLayout, sample, channel) * Long.BYTES);
            }
        });
    }

    private static long start(Layout layout, long sample, long channel) {
        return layout.offset() + sample * layout.stride(0) + channel * layout.stride(1);
    }

    private static Plane plane(PoolGeometry geometry, Layout in, Layout values, Layout indices, int size) {
        Plane plane = new Plane(
                new int[] {1, 1, 1},
                new int[] {1, 1, 1},
                new int[] {1, 1, 1},
                new int[] {1, 1, 1},
                new int[3],
                new int[] {1, 1, 1},
                new long[3],
                new long[3],
                new long[3]);
        int rank = geometry.spatialRank();
        for (int i = 0; i < rank; i++) {
            int to = MOST_DIMENSIONS - rank + i;
            plane.size[to] = Math.toIntExact(in.shape().size(2 + i));
            plane.out[to] = Math.toIntExact(values.shape().size(2 + i));
            plane.kernel[to] = geometry.kernel().get(i);
            plane.stride[to] = geometry.stride().get(i);
            plane.padding[to] = geometry.padding().get(i);
            plane.dilation[to] = geometry.dilation().get(i);
            plane.step[to] = in.stride(2 + i) * size;
            plane.valueStep[to] = values.stride(2 + i) * size;
            plane.indexStep[to] = indices.stride(2 + i) * Long.BYTES;
        }
        return plane;
    }
}
