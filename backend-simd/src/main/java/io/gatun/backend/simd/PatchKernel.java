package io.gatun.backend.simd;

/**
 * The inner loop of convolutions for one element type: a tile of a product whose left factor is never laid out, but read
 * where it lies in an image, several times. {@link PatchTemplate} is stamped for each width of a tile and each distance
 * between the elements of a run: were that a parameter, bounds would be checked in the loop, which took a third of its
 * speed.
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
     * One tile of C: rows from {@code row} on, at {@code cOffset}.
     *
     * @param addendOffset where the tile's first row of the addend begins
     */
    void tile(PatchTile t, int row, long addendOffset, long cOffset);
}
