package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops of matrix times vector, for one element type. Nothing is reused in such a product, so that its speed is
 * the memory's: both loops read the matrix once, in the order in which it lies.
 */
interface ThinKernel {

    /**
     * {@code y[i] = sum over k of A[i, k] x[k]} for {@code rows} rows of A whose elements are contiguous, x contiguous.
     */
    void dotRows(
            long rows,
            long k,
            MemorySegment a,
            long aOffset,
            long aRowBytes,
            MemorySegment x,
            long xOffset,
            MemorySegment y,
            long yOffset,
            long yStrideBytes);

    /**
     * {@code y[j] += sum over k of x[k] B[k, j]} for {@code columns} columns of B whose rows are contiguous, y contiguous.
     */
    void axpyRows(
            long columns,
            long k,
            MemorySegment x,
            long xOffset,
            long xStrideBytes,
            MemorySegment b,
            long bOffset,
            long bRowBytes,
            MemorySegment y,
            long yOffset);
}
