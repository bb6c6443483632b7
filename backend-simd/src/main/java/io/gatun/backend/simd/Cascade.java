package io.gatun.backend.simd;

import io.gatun.tensor.op.ReduceKind;

/**
 * Values arriving one after the other, combined as a balanced tree: pairs, pairs of pairs, and so on, so that the rounding
 * error of a sum grows with the logarithm of their number. Like a binary counter: level l holds the combination of 2^l
 * values or nothing. Runs of 2^l values combined by a cascade of their own give the same tree, which is what lets threads
 * share a long row without changing a bit.
 */
final class Cascade {
    private final ReduceKind core;
    private final double[] floating = new double[Long.SIZE];
    private long integer;
    private long count;

    Cascade(ReduceKind core) {
        this.core = core;
    }

    /** The next floating-point value. */
    void add(double value) {
        double combined = value;
        int level = 0;
        for (long rest = count; (rest & 1) != 0; rest >>= 1) {
            combined = Folding.fold(core, floating[level++], combined);
        }
        floating[level] = combined;
        count++;
    }

    /** The next integer. */
    void add(long value) {
        integer = count == 0 ? value : Folding.fold(core, integer, value); // order does not matter
        count++;
    }

    /** The combination of all floating-point values, at least one. */
    double floating() {
        int level = Long.numberOfTrailingZeros(count);
        double result = floating[level];
        for (level++; level < Long.SIZE && count >> level != 0; level++) {
            if ((count >> level & 1) != 0) {
                result = Folding.fold(core, floating[level], result);
            }
        }
        return result;
    }

    /** The combination of all integers, at least one. */
    long integer() {
        return integer;
    }
}
