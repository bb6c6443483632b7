package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/** What {@link Indexing} does with elements it has a place for: put them there, or combine them with what is there. Offsets and steps in bytes. */
interface Placement {
    /** {@code n} elements of a strided run onto another. */
    void slice(MemorySegment to, long at, long step, MemorySegment from, long fromAt, long fromStep, int n);

    /** {@code n} elements, each with an index of its own that counts steps of {@code dimStep}. */
    void elements(
            MemorySegment to,
            long at,
            long step,
            long dimStep,
            MemorySegment indices,
            long indexAt,
            long indexStep,
            MemorySegment from,
            long fromAt,
            long fromStep,
            int n);
}
