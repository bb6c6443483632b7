package io.gatun.tensor.op;

import io.gatun.tensor.DType;

/**
 * The element-wise functions of one operand. Floating-point functions take any floating-point dtype (integers are cast
 * before they reach a backend); the others say what they take.
 */
public enum UnaryKind {
    /** |x|, any dtype but bool. */
    ABS(false),
    /** -x, any dtype but bool; wraps around for integers. */
    NEG(false),
    /** 1, 0 or -1 by sign, and 0 for NaN, as PyTorch has it (NumPy gives NaN); any dtype but bool. */
    SIGN(false),
    /** x * x, any dtype but bool. */
    SQUARE(false),
    /** max(x, 0), NaN for NaN; any dtype but bool. */
    RELU(false),
    /** The largest integral value not above x; the identity for integers. */
    FLOOR(false),
    /** The smallest integral value not below x; the identity for integers. */
    CEIL(false),
    /** The nearest integral value, ties to even; the identity for integers. */
    ROUND(false),
    /** Rounded towards zero; the identity for integers. */
    TRUNC(false),
    /** e^x. */
    EXP(true),
    /** e^x - 1, accurate near 0. */
    EXPM1(true),
    /** Natural logarithm. */
    LOG(true),
    /** log(1 + x), accurate near 0. */
    LOG1P(true),
    /** Logarithm to base 2. */
    LOG2(true),
    /** Logarithm to base 10. */
    LOG10(true),
    /** Square root. */
    SQRT(true),
    /** 1 / sqrt(x). */
    RSQRT(true),
    /** 1 / x. */
    RECIPROCAL(true),
    /** Sine. */
    SIN(true),
    /** Cosine. */
    COS(true),
    /** Tangent. */
    TAN(true),
    /** Inverse sine. */
    ASIN(true),
    /** Inverse cosine. */
    ACOS(true),
    /** Inverse tangent. */
    ATAN(true),
    /** Hyperbolic sine. */
    SINH(true),
    /** Hyperbolic cosine. */
    COSH(true),
    /** Hyperbolic tangent. */
    TANH(true),
    /** Inverse hyperbolic sine. */
    ASINH(true),
    /** Inverse hyperbolic cosine. */
    ACOSH(true),
    /** Inverse hyperbolic tangent. */
    ATANH(true),
    /** 1 / (1 + e^-x). */
    SIGMOID(true),
    /** The error function. */
    ERF(true),
    /** 1 less the error function. */
    ERFC(true),
    /** The inverse of the error function; infinite for 1 and -1, NaN outside. */
    ERFINV(true),
    /** log |gamma(x)|; infinite at 0 and the negative integers. */
    LGAMMA(true),
    /** The derivative of {@link #LGAMMA}; infinite at 0, NaN at the negative integers. */
    DIGAMMA(true),
    /** Not x, by bits for integers and by truth for bool; no floating-point dtype. */
    BITWISE_NOT(false),
    /** Whether x equals zero; any dtype, bool result. */
    LOGICAL_NOT(false),
    /** Whether x is NaN; any floating-point dtype, bool result. */
    ISNAN(false),
    /** Whether x is infinite; any floating-point dtype, bool result. */
    ISINF(false),
    /** Whether x is neither infinite nor NaN; any floating-point dtype, bool result. */
    ISFINITE(false);

    private final boolean floatingPoint;

    UnaryKind(boolean floatingPoint) {
        this.floatingPoint = floatingPoint;
    }

    /** Whether the function is defined on floating-point operands only. */
    public boolean isFloatingPoint() {
        return floatingPoint;
    }

    /** Whether the function is defined on operands of {@code dtype}. */
    public boolean takes(DType dtype) {
        if (dtype.isComplex()) {
            return takesComplex();
        } else if (isPredicate()) {
            return this == LOGICAL_NOT || dtype.isFloatingPoint();
        } else if (this == BITWISE_NOT) {
            return !dtype.isFloatingPoint();
        }
        return dtype.isFloatingPoint() || dtype.isIntegral() && !floatingPoint;
    }

    private boolean takesComplex() {
        return switch (this) {
            case ABS,
                    NEG,
                    SQUARE,
                    EXP,
                    LOG,
                    LOG2,
                    LOG10,
                    SQRT,
                    RSQRT,
                    RECIPROCAL,
                    SIN,
                    COS,
                    TAN,
                    SINH,
                    COSH,
                    TANH,
                    SIGMOID,
                    LOGICAL_NOT,
                    ISNAN,
                    ISINF,
                    ISFINITE -> true;
            case SIGN,
                    RELU,
                    FLOOR,
                    CEIL,
                    ROUND,
                    TRUNC,
                    EXPM1,
                    LOG1P,
                    ASIN,
                    ACOS,
                    ATAN,
                    ASINH,
                    ACOSH,
                    ATANH,
                    ERF,
                    ERFC,
                    ERFINV,
                    LGAMMA,
                    DIGAMMA,
                    BITWISE_NOT -> false;
        };
    }

    /** Whether the result is bool whatever the operand. */
    public boolean isPredicate() {
        return switch (this) {
            case LOGICAL_NOT, ISNAN, ISINF, ISFINITE -> true;
            default -> false;
        };
    }

    /** The method's name, as in messages. */
    public String operatorName() {
        return this == LOGICAL_NOT
                ? "logicalNot"
                : this == BITWISE_NOT ? "bitwiseNot" : name().toLowerCase(java.util.Locale.ROOT);
    }
}
