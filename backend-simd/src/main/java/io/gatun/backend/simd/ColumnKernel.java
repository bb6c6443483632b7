package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/** Rows combined element by element. Stamped from {@link ColumnTemplate}; offsets and steps in bytes. */
interface ColumnKernel {
    /**
     * Combines {@code rows} rows of {@code n} contiguous elements, at least a vector, each {@code step} after the one
     * before, into the row {@code acc}.
     *
     * @param first whether acc is overwritten; else the rows are combined with what it holds
     */
    void run(MemorySegment x, long at, long step, int rows, MemorySegment acc, long accAt, int n, boolean first);
}
