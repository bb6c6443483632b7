package io.gatun.backend.simd;

import io.gatun.tensor.Layout;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;

/**
 * Images (N, C, H, W) in memory, or the weights (O, I, H, W) of a convolution; one spatial dimension has a height of 1.
 * Offset and strides in bytes.
 */
record Images(
        MemorySegment segment,
        long offset,
        long sampleStride,
        long channelStride,
        long rowStride,
        long columnStride,
        int samples,
        int channels,
        int height,
        int width) {
    static Images of(TensorView view) {
        Layout layout = view.layout();
        boolean rows = layout.rank() == 4;
        long size = view.dtype().byteSize();
        int last = layout.rank() - 1;
        return new Images(
                view.storage().segment(),
                layout.offset() * size,
                layout.stride(0) * size,
                layout.stride(1) * size,
                rows ? layout.stride(2) * size : 0,
                layout.stride(last) * size,
                Math.toIntExact(layout.shape().size(0)),
                Math.toIntExact(layout.shape().size(1)),
                rows ? Math.toIntExact(layout.shape().size(2)) : 1,
                Math.toIntExact(layout.shape().size(last)));
    }

    /** Every {@code step}-th row, from {@code first} on. */
    Images every(int step, int first) {
        return new Images(
                segment,
                offset + first * rowStride,
                sampleStride,
                channelStride,
                rowStride * step,
                columnStride,
                samples,
                channels,
                Math.ceilDiv(Math.max(0, height - first), step),
                width);
    }

    /** The columns before {@code column}. */
    Images until(int column) {
        return new Images(
                segment,
                offset,
                sampleStride,
                channelStride,
                rowStride,
                columnStride,
                samples,
                channels,
                height,
                column);
    }

    /** Where an element lies. */
    long at(int sample, int channel, int row, int column) {
        return offset + sample * sampleStride + channel * channelStride + row * rowStride + column * columnStride;
    }
}
