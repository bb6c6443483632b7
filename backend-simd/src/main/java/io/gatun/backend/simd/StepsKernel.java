package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A function of one operand too long for one kernel: several, each on a few hundred elements before the next, with what they
 * give in scratch. Value 0 is the operand, value i what step i gives (from 1 on), the last one the result.
 *
 * @param size bytes of an element of operand and result
 */
record StepsKernel(List<Step> steps, int size) implements ElementKernel {
    /** A kernel of the values {@code a} and {@code b}, by number. */
    record Step(ElementKernel kernel, int a, int b) {}

    /** Elements of each value: all values of a function together stay in the first cache. */
    private static final int LENGTH = Scratch.BLOCK / 4;

    StepsKernel {
        if (steps.size() > Scratch.STEPS) {
            throw new IllegalArgumentException("more than " + Scratch.STEPS + " steps");
        }
    }

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
        Scratch scratch = Scratch.mine();
        int last = steps.size();
        for (int i = 0; i < n; i += LENGTH) {
            int length = Math.min(LENGTH, n - i);
            long p = (long) i * size;
            for (int k = 1; k <= last; k++) {
                Step step = steps.get(k - 1);
                MemorySegment x = step.a == 0 ? a : scratch.step(step.a);
                MemorySegment y = step.b == 0 ? a : scratch.step(step.b);
                long xAt = step.a == 0 ? aAt + p : 0;
                long yAt = step.b == 0 ? aAt + p : 0;
                MemorySegment to = k == last ? out : scratch.step(k);
                step.kernel.run(to, k == last ? outAt + p : 0, x, xAt, y, yAt, x, xAt, length);
            }
        }
    }
}
