package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A function too long for one kernel: several, each on a few hundred elements before the next, with what they give in
 * scratch. The values are numbered: the operands come first, from 0 on, then what each step gives; the last is the result.
 *
 * @param skip steps that change nothing where a value has positive elements only, or {@link Skip#NONE}
 * @param operands how many operands there are, 1 or 2
 * @param repeated which operand is one element for all: 0, 1 or none (-1)
 * @param size bytes of an element of operands and result
 */
record StepsKernel(List<Step> steps, Skip skip, int operands, int repeated, int size) implements ElementKernel {
    /** A kernel of the values {@code a} and {@code b}, by number. */
    record Step(ElementKernel kernel, int a, int b) {}

    /**
     * Values {@code from} + 1 to {@code to} are not computed where all elements of {@code value}, of F64, are positive: there
     * {@code to} is what {@code from} is.
     */
    record Skip(int value, int from, int to) {
        static final Skip NONE = new Skip(0, Integer.MAX_VALUE - 1, Integer.MAX_VALUE);
    }

    /** Elements of each value: all values of a function together stay in the first cache. */
    private static final int LENGTH = Scratch.BLOCK / 4;

    StepsKernel {
        if (steps.size() >= Scratch.STEPS) {
            throw new IllegalArgumentException("more than " + (Scratch.STEPS - 1) + " steps");
        }
    }

    /** A function of one operand. */
    static StepsKernel ofOne(List<Step> steps, Skip skip, int size) {
        return new StepsKernel(steps, skip, 1, -1, size);
    }

    /** A function of two operands, one of which may be {@code repeated}. */
    static StepsKernel ofTwo(List<Step> steps, Skip skip, int repeated, int size) {
        return new StepsKernel(steps, skip, 2, repeated, size);
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
        MemorySegment constant = scratch.step(Scratch.STEPS);
        if (repeated >= 0) {
            repeat(repeated == 0 ? a : b, repeated == 0 ? aAt : bAt, constant, Math.min(n, LENGTH));
        }
        MemorySegment first = repeated == 0 ? constant : a;
        MemorySegment second = repeated == 1 ? constant : b;
        int result = operands + steps.size() - 1;
        for (int i = 0; i < n; i += LENGTH) {
            int length = Math.min(LENGTH, n - i);
            long p = (long) i * size;
            long firstAt = repeated == 0 ? 0 : aAt + p;
            long secondAt = repeated == 1 ? 0 : bAt + p;
            boolean skipping = false;
            for (int number = operands; number <= result; number++) {
                if (number == skip.from + 1) {
                    MemorySegment decisive = value(scratch, skip.value, first, second);
                    skipping = !anyNotPositive(decisive, at(skip.value, firstAt, secondAt), length);
                }
                if (skipping && number > skip.from && number <= skip.to) {
                    continue;
                }
                Step step = steps.get(number - operands);
                int left = skipping && step.a == skip.to ? skip.from : step.a;
                int right = skipping && step.b == skip.to ? skip.from : step.b;
                boolean isResult = number == result;
                step.kernel.run(
                        isResult ? out : scratch.step(number - operands + 1),
                        isResult ? outAt + p : 0,
                        value(scratch, left, first, second),
                        at(left, firstAt, secondAt),
                        value(scratch, right, first, second),
                        at(right, firstAt, secondAt),
                        first,
                        firstAt,
                        length);
            }
            if (skipping && skip.to == result) {
                MemorySegment.copy(value(scratch, skip.from, first, second), 0, out, outAt + p, (long) length * size);
            }
        }
    }

    /** Of F64, by the sign of the bits, and of one less than those, which 0 has; a loop that the JIT makes vectors of. */
    private static boolean anyNotPositive(MemorySegment a, long at, int n) {
        long signs = 0;
        for (long i = 0; i < n; i++) {
            long bits = a.get(Lanes.LONG, at + i * Double.BYTES);
            signs |= bits | (bits - 1);
        }
        return signs < 0;
    }

    private MemorySegment value(Scratch scratch, int number, MemorySegment first, MemorySegment second) {
        return number >= operands ? scratch.step(number - operands + 1) : number == 0 ? first : second;
    }

    private long at(int number, long firstAt, long secondAt) {
        return number >= operands ? 0 : number == 0 ? firstAt : secondAt;
    }

    private void repeat(MemorySegment from, long at, MemorySegment to, int n) {
        for (int i = 0; i < n; i++) {
            MemorySegment.copy(from, at, to, (long) i * size, size);
        }
    }
}
