package io.gatun.tensor;

/**
 * A Java number on its way into an operator, with the kind it was written as: {@code t.add(2)} keeps an integer tensor
 * integral, {@code t.add(2.0)} does not.
 *
 * @param category what it was written as
 * @param doubleValue its value as a double
 * @param longValue its value as a long, exact for integers; a floating-point value truncated towards zero
 * @param imaginaryValue the imaginary part, beside {@code doubleValue} as the real one; 0 unless the number is complex
 */
public record Scalar(DType.Category category, double doubleValue, long longValue, double imaginaryValue) {
    /** A floating-point number. */
    public static Scalar of(double value) {
        return new Scalar(DType.Category.FLOATING, value, (long) value, 0);
    }

    /** An integer. */
    public static Scalar of(long value) {
        return new Scalar(DType.Category.INTEGRAL, value, value, 0);
    }

    /** A truth value: 1 or 0. */
    public static Scalar of(boolean value) {
        return new Scalar(DType.Category.BOOLEAN, value ? 1 : 0, value ? 1 : 0, 0);
    }

    /** A complex number. */
    public static Scalar of(Complex value) {
        return new Scalar(DType.Category.COMPLEX, value.re(), (long) value.re(), value.im());
    }

    /** The dtype a tensor of it alone has: {@code F32}, {@code I64}, {@code BOOL} or {@code C64}. */
    public DType defaultDType() {
        return category.defaultDType();
    }

    @Override
    public String toString() {
        if (category == DType.Category.COMPLEX) {
            return new Complex(doubleValue, imaginaryValue).toString();
        } else if (category == DType.Category.BOOLEAN) {
            return Boolean.toString(longValue != 0);
        }
        return category == DType.Category.FLOATING ? Double.toString(doubleValue) : Long.toString(longValue);
    }
}
