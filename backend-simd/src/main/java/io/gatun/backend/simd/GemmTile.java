package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/** A piece of a matrix product that is held in registers. Stamped from {@link GemmTemplate}. */
interface GemmTile {
    /**
     * Multiplies rows of A with vectors of columns of B into a tile of C. Offsets and strides count bytes; columns of B, C
     * and the addend are next to each other.
     *
     * @param rows how many rows there are, 1 to {@link GemmKernel#ROWS}
     * @param addend what to add to the product, laid out as the tile is: C itself, or a row for all with {@code addendRow} 0
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
            MemorySegment addend,
            long addendAt,
            long addendRow,
            MemorySegment c,
            long cAt,
            long cRow);
}
