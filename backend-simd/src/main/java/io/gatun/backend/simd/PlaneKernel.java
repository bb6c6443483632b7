package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops of {@link PlaneConvolution} and {@link PlaneGradient}. Stamped from {@link PlaneTemplate}; offsets and
 * distances in bytes. Those that compute work on whole vectors and may read and write as much beyond {@code n} elements.
 */
interface PlaneKernel {
    /** Copies {@code rows} rows of {@code n} elements, and nothing beyond. */
    void copyRows(MemorySegment from, long at, long fromRow, MemorySegment to, long toAt, long toRow, int rows, int n);

    /** One number everywhere. */
    void fill(MemorySegment to, long at, double value, int n);

    /** {@code sums += x[first] * u + x[second] * v + x[third] * w}; the three weights are 64 bytes of equal elements each. */
    void addThree(
            MemorySegment sums,
            long at,
            MemorySegment x,
            long first,
            long second,
            long third,
            MemorySegment weights,
            long weightAt,
            int n);

    /** {@code sums += x[first] * u}. */
    void addOne(MemorySegment sums, long at, MemorySegment x, long first, MemorySegment weights, long weightAt, int n);

    /** {@code sums[i] += sum over r of x[r][i] * g[r][i]}. */
    void addProducts(
            MemorySegment sums,
            long at,
            MemorySegment x,
            long xAt,
            MemorySegment g,
            long gAt,
            long rowBytes,
            int rows,
            int n);
}
