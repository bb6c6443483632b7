package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/** One pass over contiguous runs of a {@link Fusion}'s operands. Stamped from {@link FusedTemplate}. */
interface FusedKernel {
    /** Where the sums are left in scratch, a vector of 64 bytes each. */
    long SUMS = 4 * 64;
    /** Bytes of a sum there. */
    long SUM = 64;
    /** The most numbers there are. */
    int NUMBERS = 8;

    /**
     * Computes whole vectors. Offsets count bytes. The output may be the very same memory as an operand; operands that
     * the fusion has not are ignored.
     *
     * @param numbers p, q, r, ...
     * @param scratch {@link Scratch#fused}: where the sums are left
     */
    void run(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            MemorySegment d,
            long dAt,
            double[] numbers,
            MemorySegment scratch,
            int vectors);
}
