package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * The inner loop of convolutions for one element type: a tile of a product whose left factor is never laid out, but read
 * where it lies in an image, several times. {@link PatchTemplate} is stamped for each distance between the elements of a run: were it a parameter, bounds would be
 * checked in the loop, which took a third of its speed.
 *
 * <p>A tile is up to three vectors wide and has as many rows as twelve accumulators allow (eight where there is one vector).
 * With fewer the latency of a fused multiply-add shows: two vectors of four rows lost a third of their speed. So do four
 * vectors of three rows, which need more of B from the second-level cache than it gives.
 */
interface PatchKernel {
    /** The most vectors in a row of a tile. */
    int NV = 3;

    /** The most rows of a tile. */
    int MOST_ROWS = 8;

    /** Rows of a tile of this many vectors. */
    static int rows(int vectors) {
        return vectors == 1 ? MOST_ROWS : 12 / vectors;
    }

    /** Where panel {@code panel} of {@code panels} begins, in vectors: all of about the same width. */
    static int panelStart(int vectors, int panel, int panels) {
        return (int) ((long) vectors * panel / panels);
    }

    /**
     * {@code C[i][j] = addend[i][j] + sum over r, k of A[rows[row + i] + runs[r] + k * step] * B[r * length + k][j]}, for the
     * rows i and {@code vectors * lanes} columns j of a tile. B's rows are contiguous and follow each other. All offsets in
     * bytes, A's from {@code aOffset} on.
     *
     * @param runs where each run of A begins beyond the row's own offset, {@code count} of them from {@code first} on
     * @param addendRowBytes distance between the addend's rows: C's own where it is C, or 0 to add one row to all
     */
    void tile(
            int vectors,
            long[] rows,
            int row,
            long[] runs,
            int first,
            int count,
            int length,
            MemorySegment a,
            long aOffset,
            MemorySegment b,
            long bOffset,
            MemorySegment addend,
            long addendOffset,
            long addendRowBytes,
            MemorySegment c,
            long cOffset,
            long rowBytes);
}
