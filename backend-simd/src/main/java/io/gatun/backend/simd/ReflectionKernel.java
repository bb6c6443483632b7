package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * What a function of F64 that is computed for positive numbers is for others: {@code reflection} of the operand and of what
 * is computed, where any of the operands is 0 or negative; else what is computed.
 */
record ReflectionKernel(ElementKernel reflection) implements ElementKernel {
    @Override
    public void run(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            int n) {
        if (anyNotPositive(a, aAt, n)) {
            reflection.run(out, outAt, a, aAt, b, bAt, c, cAt, n);
        } else {
            MemorySegment.copy(b, bAt, out, outAt, (long) n * Double.BYTES);
        }
    }

    /** By the sign of the bits, and of one less than those, which 0 has; by vectors. */
    private static boolean anyNotPositive(MemorySegment a, long at, int n) {
        long signs = 0;
        for (long i = 0; i < n; i++) {
            long bits = a.get(Lanes.LONG, at + i * Double.BYTES);
            signs |= bits | (bits - 1);
        }
        return signs < 0;
    }
}
