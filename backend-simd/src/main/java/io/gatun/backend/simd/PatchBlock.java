package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * A part of an image copied with its channels last, {@code [row][column][channel]}, and zeros where it reaches past the
 * image's edges: there the elements that neighbouring taps of a kernel see follow each other, whatever the channels' number,
 * and no inner loop meets an edge.
 */
final class PatchBlock {
    /** Channels copied at a time: more streams through memory than the processor foresees wait for each line. */
    private static final int STREAMS = 16;

    private PatchBlock() {}

    /** Copies {@code channels} channels of {@code rows} by {@code columns} elements, of which the first may be negative. */
    static void load(
            PackKernel pack,
            int size,
            Images x,
            int sample,
            int channel,
            int channels,
            int row,
            int rows,
            int column,
            int columns,
            MemorySegment to,
            long at,
            long pixelBytes) {
        int left = Math.clamp(-column, 0, columns);
        int inside = Math.clamp(Math.min(column + columns, x.width()) - Math.max(column, 0), 0, columns);
        int top = Math.clamp(-row, 0, rows);
        int bottom = inside == 0 ? top : Math.clamp((long) x.height() - row, top, rows);
        long rowBytes = columns * pixelBytes;
        zero(to, at, top * rowBytes);
        for (int r = top; r < bottom && inside < columns; r++) {
            zero(to, at + r * rowBytes, left * pixelBytes);
            zero(to, at + r * rowBytes + (left + inside) * pixelBytes, (columns - left - inside) * pixelBytes);
        }
        zero(to, at + bottom * rowBytes, (rows - bottom) * rowBytes);
        boolean whole = inside == columns && x.rowStride() == columns * x.columnStride() && bottom > top;
        int copies = whole ? 1 : bottom - top;
        int pixels = whole ? columns * (bottom - top) : inside;
        for (int c = 0; c < channels; c += STREAMS) {
            int count = Math.min(STREAMS, channels - c);
            long from = x.at(sample, channel + c, row + top, column + left);
            long start = at + top * rowBytes + left * pixelBytes + (long) c * size;
            for (int r = 0; r < copies; r++, from += x.rowStride(), start += rowBytes) {
                pack.transpose(
                        count, pixels, x.segment(), from, x.channelStride(), x.columnStride(), to, start, pixelBytes);
            }
        }
    }

    /** Copies pixels back to where each channel has its own row. */
    static void store(
            PackKernel pack,
            int size,
            int pixels,
            int channels,
            MemorySegment from,
            long fromAt,
            long pixelBytes,
            MemorySegment to,
            long at,
            long channelBytes) {
        for (int c = 0; c < channels; c += STREAMS) {
            int count = Math.min(STREAMS, channels - c);
            pack.transpose(
                    pixels,
                    count,
                    from,
                    fromAt + (long) c * size,
                    pixelBytes,
                    size,
                    to,
                    at + c * channelBytes,
                    channelBytes);
        }
    }

    private static void zero(MemorySegment to, long at, long bytes) {
        if (bytes > 0) {
            to.asSlice(at, bytes).fill((byte) 0);
        }
    }
}
