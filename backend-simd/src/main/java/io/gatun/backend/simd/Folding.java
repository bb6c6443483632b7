package io.gatun.backend.simd;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.ReduceKind;

/** Reductions of two values, and of none. With a constant kind nothing of the switches is left. */
final class Folding {
    private Folding() {}

    /** MEAN is a sum, ALL the smallest and ANY the largest of zeros and ones. */
    static ReduceKind core(ReduceKind kind) {
        return switch (kind) {
            case SUM, MEAN -> ReduceKind.SUM;
            case PROD -> ReduceKind.PROD;
            case AMAX, ANY -> ReduceKind.AMAX;
            case AMIN, ALL -> ReduceKind.AMIN;
        };
    }

    /** The function of two operands that a core kind repeats. */
    static BinaryKind binary(ReduceKind core) {
        return switch (core) {
            case SUM, MEAN -> BinaryKind.ADD;
            case PROD -> BinaryKind.MUL;
            case AMAX, ANY -> BinaryKind.MAXIMUM;
            case AMIN, ALL -> BinaryKind.MINIMUM;
        };
    }

    static double fold(ReduceKind core, double a, double b) {
        return switch (core) {
            case SUM, MEAN -> a + b;
            case PROD -> a * b;
            case AMAX, ANY -> Math.max(a, b);
            case AMIN, ALL -> Math.min(a, b);
        };
    }

    static long fold(ReduceKind core, long a, long b) {
        return switch (core) {
            case SUM, MEAN -> a + b;
            case PROD -> a * b;
            case AMAX, ANY -> Math.max(a, b);
            case AMIN, ALL -> Math.min(a, b);
        };
    }

    static double identity(ReduceKind core) {
        return switch (core) {
            case SUM, MEAN -> 0;
            case PROD -> 1;
            case AMAX, ANY -> Double.NEGATIVE_INFINITY;
            case AMIN, ALL -> Double.POSITIVE_INFINITY;
        };
    }

    static long integerIdentity(ReduceKind core) {
        return switch (core) {
            case SUM, MEAN -> 0;
            case PROD -> 1;
            case AMAX, ANY -> Long.MIN_VALUE;
            case AMIN, ALL -> Long.MAX_VALUE;
        };
    }
}
