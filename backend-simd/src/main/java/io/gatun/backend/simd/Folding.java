package io.gatun.backend.simd;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.ReduceKind;

/** Reductions of two values, and of none. With a constant kind nothing of the conditions is left. */
final class Folding {
    private Folding() {}

    /** MEAN is a sum, ALL the smallest and ANY the largest of zeros and ones: SUM, PROD, AMAX and AMIN are left. */
    static ReduceKind core(ReduceKind kind) {
        if (kind == ReduceKind.MEAN) {
            return ReduceKind.SUM;
        } else if (kind == ReduceKind.ANY) {
            return ReduceKind.AMAX;
        }
        return kind == ReduceKind.ALL ? ReduceKind.AMIN : kind;
    }

    /** The function of two operands that a core kind repeats. */
    static BinaryKind binary(ReduceKind core) {
        if (core == ReduceKind.SUM) {
            return BinaryKind.ADD;
        } else if (core == ReduceKind.PROD) {
            return BinaryKind.MUL;
        }
        return core == ReduceKind.AMAX ? BinaryKind.MAXIMUM : BinaryKind.MINIMUM;
    }

    static double fold(ReduceKind core, double a, double b) {
        if (core == ReduceKind.SUM) {
            return a + b;
        } else if (core == ReduceKind.PROD) {
            return a * b;
        }
        return core == ReduceKind.AMAX ? Math.max(a, b) : Math.min(a, b);
    }

    static long fold(ReduceKind core, long a, long b) {
        if (core == ReduceKind.SUM) {
            return a + b;
        } else if (core == ReduceKind.PROD) {
            return a * b;
        }
        return core == ReduceKind.AMAX ? Math.max(a, b) : Math.min(a, b);
    }

    static double identity(ReduceKind core) {
        if (core == ReduceKind.AMAX) {
            return Double.NEGATIVE_INFINITY;
        } else if (core == ReduceKind.AMIN) {
            return Double.POSITIVE_INFINITY;
        }
        return core == ReduceKind.PROD ? 1 : 0;
    }

    static long integerIdentity(ReduceKind core) {
        if (core == ReduceKind.AMAX) {
            return Long.MIN_VALUE;
        } else if (core == ReduceKind.AMIN) {
            return Long.MAX_VALUE;
        }
        return core == ReduceKind.PROD ? 1 : 0;
    }
}
