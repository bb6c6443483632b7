package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/** A contiguous run of elements to one value. Stamped from {@link RowTemplate}; offsets in bytes. */
interface RowKernel {
    /**
     * The reduction of {@code n} floating-point elements, at least one.
     *
     * @param scratch {@link Scratch#accumulators} of the calling thread
     */
    double floating(MemorySegment x, long at, int n, MemorySegment scratch);

    /** The reduction of {@code n} integers, at least one; of a sum or product the low bits count. */
    long integer(MemorySegment x, long at, int n, MemorySegment scratch);
}
