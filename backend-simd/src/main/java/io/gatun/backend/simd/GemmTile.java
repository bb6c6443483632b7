package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/** A piece of a matrix product that is held in registers. Stamped from {@link GemmTemplate}. */
interface GemmTile {
    /**
     * Multiplies rows of A with vectors of columns of B into a tile of C. Offsets and strides count bytes; columns of B
     * and C are next to each other.
     *
     * @param rows how many rows there are, 1 to {@link GemmKernel#ROWS}
     */
    void run(
            int rows,
            int k,
            MemorySegment a,
            long aAt,
            long aRow,
            long aColumn,
            MemorySegment b,
            long bAt,
            long bRow,
            MemorySegment c,
            long cAt,
            long cRow);

    /** Adds a finished tile, from the start of a segment and without gaps, to C. */
    void add(int rows, MemorySegment tile, MemorySegment c, long cAt, long cRow);
}
