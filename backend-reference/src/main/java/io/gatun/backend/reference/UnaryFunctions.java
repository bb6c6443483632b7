package io.gatun.backend.reference;

import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.ErrorFunctions;
import io.gatun.tensor.spi.GammaFunctions;
import io.gatun.tensor.spi.InverseHyperbolics;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * What each {@link UnaryKind} means for one element: of floating-point numbers in double, of integers and bool in long.
 * Predicates give 1 or 0.
 */
final class UnaryFunctions {
    private static final double LN_2 = Math.log(2);
    private static final double TWO_54 = 0x1p54;

    private UnaryFunctions() {}

    /** The function of floating-point elements. */
    static DoubleUnaryOperator ofDoubles(UnaryKind kind) {
        return switch (kind) {
            case ABS -> Math::abs;
            case NEG -> x -> -x;
            case SIGN -> x -> x > 0 ? 1 : x < 0 ? -1 : 0; // 0 for NaN, as PyTorch
            case SQUARE -> x -> x * x;
            case RELU -> x -> Math.max(x, 0.0); // NaN stays
            case FLOOR -> Math::floor;
            case CEIL -> Math::ceil;
            case ROUND -> Math::rint;
            case TRUNC -> UnaryFunctions::trunc;
            case EXP -> Math::exp;
            case EXPM1 -> Math::expm1;
            case LOG -> Math::log;
            case LOG1P -> Math::log1p;
            case LOG2 -> UnaryFunctions::log2;
            case LOG10 -> Math::log10;
            case SQRT -> Math::sqrt;
            case RSQRT -> x -> 1 / Math.sqrt(x);
            case RECIPROCAL -> x -> 1 / x;
            case SIN -> Math::sin;
            case COS -> Math::cos;
            case TAN -> Math::tan;
            case ASIN -> Math::asin;
            case ACOS -> Math::acos;
            case ATAN -> Math::atan;
            case SINH -> Math::sinh;
            case COSH -> Math::cosh;
            case TANH -> Math::tanh;
            case ASINH -> InverseHyperbolics::asinh;
            case ACOSH -> InverseHyperbolics::acosh;
            case ATANH -> InverseHyperbolics::atanh;
            case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
            case ERF -> ErrorFunctions::erf;
            case ERFC -> ErrorFunctions::erfc;
            case ERFINV -> ErrorFunctions::erfinv;
            case LGAMMA -> GammaFunctions::lgamma;
            case DIGAMMA -> GammaFunctions::digamma;
            case LOGICAL_NOT -> x -> x == 0 ? 1 : 0; // NaN is not zero, so it is true
            case ISNAN -> x -> Double.isNaN(x) ? 1 : 0;
            case ISINF -> x -> Double.isInfinite(x) ? 1 : 0;
            case ISFINITE -> x -> Double.isFinite(x) ? 1 : 0;
            case BITWISE_NOT -> throw undefined(kind, "a floating-point");
        };
    }

    /** The function of integer elements; wrapped to the dtype afterwards. */
    static LongUnaryOperator ofLongs(UnaryKind kind) {
        return switch (kind) {
            case ABS -> Math::abs;
            case NEG -> x -> -x;
            case SIGN -> Long::signum;
            case SQUARE -> x -> x * x;
            case RELU -> x -> Math.max(x, 0);
            case FLOOR, CEIL, ROUND, TRUNC -> x -> x;
            case BITWISE_NOT -> x -> ~x;
            case LOGICAL_NOT -> x -> x == 0 ? 1 : 0;
            case EXP,
                    EXPM1,
                    LOG,
                    LOG1P,
                    LOG2,
                    LOG10,
                    SQRT,
                    RSQRT,
                    RECIPROCAL,
                    SIN,
                    COS,
                    TAN,
                    ASIN,
                    ACOS,
                    ATAN,
                    SINH,
                    COSH,
                    TANH,
                    SIGMOID,
                    ASINH,
                    ACOSH,
                    ATANH,
                    ERF,
                    ERFC,
                    ERFINV,
                    LGAMMA,
                    DIGAMMA,
                    ISNAN,
                    ISINF,
                    ISFINITE -> throw undefined(kind, "an integer");
        };
    }

    /** Towards zero, keeping the sign of zero. */
    static double trunc(double x) {
        return x < 0 ? Math.ceil(x) : Math.floor(x);
    }

    /** Split into exponent and fraction, so that powers of two are exact and the neighbourhood of 1 loses nothing. */
    private static double log2(double x) {
        if (!(x > 0) || Double.isInfinite(x)) {
            return Math.log(x);
        }
        if (x < Double.MIN_NORMAL) {
            return log2(x * TWO_54) - 54;
        }
        int exponent = Math.getExponent(x);
        double fraction = Math.scalb(x, -exponent);
        if (fraction > Math.sqrt(2)) {
            fraction /= 2;
            exponent++;
        }
        return exponent + Math.log(fraction) / LN_2;
    }

    private static IllegalStateException undefined(UnaryKind kind, String dtype) {
        return new IllegalStateException(kind.operatorName() + " reached a kernel with " + dtype + " operand");
    }
}
