package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * The innermost loop of an element-wise operator: {@code n} elements, contiguous unless the kernel was stamped for a
 * broadcast operand. Offsets count bytes. A kernel of fewer operands ignores the others; the output may be the very same
 * memory as an operand, but not overlap it otherwise.
 *
 * <p>An element's result depends on its operands alone, never on its position: what does not fill a vector goes through
 * one all the same.
 */
interface ElementKernel {
    /** Computes {@code out[i]} from {@code a[i], b[i], c[i]} for {@code 0 <= i < n}. */
    void run(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            int n);
}
