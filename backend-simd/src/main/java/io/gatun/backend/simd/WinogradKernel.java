package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * The transformations of {@link WinogradProduct}, for up to a vector of neighbouring tiles at a time. Stamped from {@link
 * WinogradTemplate}; offsets and distances in bytes.
 */
interface WinogradKernel {
    /**
     * Transforms kernels, three numbers to four, for {@code vectors} vectors of channels: from {@code g0}, {@code g1} and
     * {@code g2} to {@code to} and each {@code distance} further.
     */
    void weights(int vectors, MemorySegment g, long g0, long g1, long g2, MemorySegment to, long toAt, long distance);

    /** Transforms along rows, of which two elements are a tile's, to rows of four vectors; reads two vectors and a half. */
    void inRows(int rows, MemorySegment x, long at, long rowBytes, MemorySegment to, long toAt);

    /** Then along columns, from four of these rows to element (i, j) of tiles in matrix {@code 4 i + j}. */
    void inColumns(
            int channels,
            int rows,
            MemorySegment from,
            long fromAt,
            MemorySegment v,
            long at,
            long matrixBytes,
            long channelBytes);

    /** Back along columns: of each channel sixteen vectors, one of each matrix, to two rows of four. */
    void outColumns(
            int channels, MemorySegment m, long at, long matrixBytes, long channelBytes, MemorySegment to, long toAt);

    /**
     * Then along rows, into {@code rows} rows (1 or 2) of {@code columns} results in the image.
     *
     * @return whether all of these are finite
     */
    boolean outRows(
            int channels,
            MemorySegment from,
            long fromAt,
            int rows,
            int columns,
            MemorySegment y,
            long at,
            long channelBytes,
            long rowBytes);
}
