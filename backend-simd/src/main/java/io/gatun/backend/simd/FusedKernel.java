package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/** One pass over contiguous runs of a {@link Fusion}'s operands. Stamped from {@link FusedTemplate}. */
interface FusedKernel {
    /** Vectors that each sum is spread over, so that the latency of an addition in memory is hidden behind the others. */
    int SPREAD = 4;
    /** Where the sums are in scratch: the second behind the first's vectors, of 64 bytes each. */
    long SUMS = 4 * 64;
    /** The most numbers there are. */
    int NUMBERS = 8;

    /**
     * Computes whole vectors. Offsets count bytes. The output may be the very same memory as an operand; operands that
     * the fusion has not are ignored.
     *
     * @param numbers p, q, r, ...
     * @param scratch {@link Scratch#fused}: where the sums are
     * @param first whether sums begin; if not, they go on with one vector at most
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
            int vectors,
            boolean first);
}
