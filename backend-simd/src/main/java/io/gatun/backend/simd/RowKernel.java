package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/** Contiguous runs of elements, each to one value: {@link Runs}. Stamped from {@link RowTemplate}; offsets and steps in bytes. */
interface RowKernel {
    /**
     * Combines the vectors of each of {@code rows} runs into one.
     *
     * @param n elements in a run, at least a vector's
     * @param totals receives the vectors, one after the other, from {@code totalsAt} on
     */
    void vectors(MemorySegment x, long at, long step, int rows, int n, MemorySegment totals, long totalsAt);

    /** Combines the lanes of each of {@code rows} vectors; the results lie side by side where the first vector was. */
    void lanes(MemorySegment totals, int rows);
}
