package io.gatun.backend.tck;

import io.gatun.tensor.DType;

/**
 * How far a result may be from the reference's: a number of units in the last place of the dtype.
 *
 * @param units how many; 0 for exact
 * @param scale what the unit is that of
 */
public record Tolerance(double units, Scale scale) {
    /** The number whose last place counts. */
    public enum Scale {
        /** The expected result. */
        RESULT,
        /**
         * The sum of the absolute values of the terms: for sums, whose error depends on the terms and not on what is left
         * of them. It is found by the same operator on the absolute values of the operands.
         */
        TERMS,
        /** The largest operand, at least 1: for differences of logarithms, whose error is that of what they are taken of. */
        OPERANDS
    }

    /** No difference but that between the two zeros. */
    public static final Tolerance EXACT = new Tolerance(0, Scale.RESULT);

    /** {@code units} of the result. */
    public static Tolerance ofResult(double units) {
        return new Tolerance(units, Scale.RESULT);
    }

    /** {@code units} of the terms' sum. */
    public static Tolerance ofTerms(double units) {
        return new Tolerance(units, Scale.TERMS);
    }

    /** {@code units} of the largest operand. */
    public static Tolerance ofOperands(double units) {
        return new Tolerance(units, Scale.OPERANDS);
    }

    /** The greatest difference allowed at a place where the unit is that of {@code magnitude}. */
    public double bound(DType dtype, double magnitude) {
        return units == 0 ? 0 : units * unitInTheLastPlace(dtype, magnitude);
    }

    private static double unitInTheLastPlace(DType dtype, double magnitude) {
        int precision = switch (dtype) {
            case F16 -> 11;
            case BF16 -> 8;
            case F32, C64 -> 24;
            case F64, I8, U8, I16, I32, I64, BOOL, C128 -> 53;
        };
        double smallest = switch (dtype) {
            case F16 -> 0x1p-24;
            case BF16 -> 0x1p-133;
            case F32, C64 -> Float.MIN_VALUE;
            case F64, I8, U8, I16, I32, I64, BOOL, C128 -> Double.MIN_VALUE;
        };
        return Math.max(smallest, Math.ulp(magnitude) * Math.scalb(1.0, 53 - precision));
    }
}
