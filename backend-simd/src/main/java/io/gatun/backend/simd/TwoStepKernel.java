package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * A function of one operand too long for one kernel: {@code out[i] = second(a[i], first(a[i]))}, a block at a time, with the
 * first kernel's results in scratch.
 *
 * @param size bytes of an element
 */
record TwoStepKernel(ElementKernel first, ElementKernel second, int size) implements ElementKernel {
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
        MemorySegment between = Scratch.mine().block(5);
        for (int i = 0; i < n; i += Scratch.BLOCK) {
            int length = Math.min(Scratch.BLOCK, n - i);
            long p = (long) i * size;
            first.run(between, 0, a, aAt + p, a, aAt + p, a, aAt + p, length);
            second.run(out, outAt + p, a, aAt + p, between, 0, a, aAt + p, length);
        }
    }
}
