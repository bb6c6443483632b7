package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * {@link Cascade} for whole rows: level l is the combination of 2^l rows. A row is written where {@link #next} says, and
 * {@link #added} then combines it with what there is of the same level.
 */
final class RowCascade {
    private final ColumnKernel kernel;
    private final MemorySegment levels;
    private final int width;
    private final long bytes;
    private final long[] counts = new long[Long.SIZE]; // rows under each stacked entry
    private int height;

    /** Over memory for a row more than there are binary digits in the number of rows. */
    RowCascade(ColumnKernel kernel, MemorySegment levels, int width, long bytes) {
        this.kernel = kernel;
        this.levels = levels;
        this.width = width;
        this.bytes = bytes;
    }

    /** Where the next row is to be written. */
    long next() {
        return height * bytes;
    }

    /** Takes the row in, and merges equal levels. */
    void added() {
        counts[height++] = 1;
        while (height > 1 && counts[height - 1] == counts[height - 2]) {
            merge();
        }
    }

    private void merge() {
        height--;
        counts[height - 1] += counts[height];
        kernel.run(levels, height * bytes, bytes, 1, levels, (height - 1) * bytes, width, false);
    }

    /** Combines what is left, the smallest first, and copies the result. */
    void finish(MemorySegment result, long at) {
        while (height > 1) {
            merge();
        }
        MemorySegment.copy(levels, 0, result, at, bytes);
    }
}
