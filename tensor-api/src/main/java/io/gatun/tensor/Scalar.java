package io.gatun.tensor;

/**
 * A Java number on its way into an operator, with the kind it was written as: {@code t.add(2)} keeps an integer tensor
 * integral, {@code t.add(2.0)} does not.
 *
 * @param category what it was written as
 * @param doubleValue its value as a double
 * @param longValue its value as a long, exact for integers; a floating-point value truncated towards zero
 */
public record Scalar(DType.Category category, double doubleValue, long longValue) {
    /** A floating-point number. */
    public static Scalar of(double value) {
        return new Scalar(DType.Category.FLOATING, value, (long) value);
    }

    /** An integer. */
    public static Scalar of(long value) {
        return new Scalar(DType.Category.INTEGRAL, value, value);
    }

    /** A truth value: 1 or 0. */
    public static Scalar of(boolean value) {
        return new Scalar(DType.Category.BOOLEAN, value ? 1 : 0, value ? 1 : 0);
    }

    /** The dtype a tensor of it alone has: {@code F32}, {@code I64} or {@code BOOL}. */
    public DType defaultDType() {
        return switch (category) {
            case FLOATING -> DType.F32;
            case INTEGRAL -> DType.I64;
            case BOOLEAN -> DType.BOOL;
        };
    }

    @Override
    public String toString() {
        return switch (category) {
            case FLOATING -> Double.toString(doubleValue);
            case INTEGRAL -> Long.toString(longValue);
            case BOOLEAN -> longValue != 0 ? "true" : "false";
        };
    }
}
