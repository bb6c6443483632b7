package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops of {@link PlaneConvolution} and {@link PlaneGradient}. Stamped from {@link PlaneTemplate}; offsets and
 * distances in bytes. Those that compute work on whole vectors and may read and write as much beyond {@code n} elements.
 */
interface PlaneKernel {
    /** One number everywhere. */
    void fill(MemorySegment to, long at, double value, int n);

    /**
     * {@code to[i] = from[i] + sum over t of x[runs[t] + i] * weights[t]}, of as many {@code terms} from {@code first} on as
     * {@link #most} says. Each weight is 64 bytes of equal elements.
     */
    void add(
            int terms,
            long[] runs,
            int first,
            MemorySegment x,
            MemorySegment weights,
            long weightAt,
            MemorySegment from,
            long at,
            MemorySegment to,
            long toAt,
            int n);

    /** How many of {@code terms} a call of {@link #add} takes. */
    static int most(int terms) {
        return terms >= 9 ? 9 : terms >= 3 ? 3 : 1;
    }

    /** {@code sums[i] += sum over r of x[r][i] * g[r][i]}. */
    void addProducts(
            MemorySegment sums,
            long at,
            MemorySegment x,
            long xAt,
            MemorySegment g,
            long gAt,
            long rowBytes,
            int rows,
            int n);
}
