package io.gatun.backend.simd;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.ErrorFunctions;
import io.gatun.tensor.spi.GammaFunctions;
import io.gatun.tensor.spi.InverseHyperbolics;

/** The obvious meaning of every element-wise function, in double or long. */
final class Oracle {
    private Oracle() {}

    static double unary(UnaryKind kind, double x) {
        return switch (kind) {
            case ABS -> Math.abs(x);
            case NEG -> -x;
            case SIGN -> x > 0 ? 1 : x < 0 ? -1 : 0;
            case SQUARE -> x * x;
            case RELU -> Math.max(x, 0);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case TRUNC -> x < 0 ? Math.ceil(x) : Math.floor(x);
            case EXP -> Math.exp(x);
            case EXPM1 -> Math.expm1(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case LOG2 -> log2(x);
            case LOG10 -> Math.log10(x);
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TAN -> Math.tan(x);
            case ASIN -> Math.asin(x);
            case ACOS -> Math.acos(x);
            case ATAN -> Math.atan(x);
            case SINH -> Math.sinh(x);
            case COSH -> Math.cosh(x);
            case TANH -> Math.tanh(x);
            case ASINH -> InverseHyperbolics.asinh(x);
            case ACOSH -> InverseHyperbolics.acosh(x);
            case ATANH -> InverseHyperbolics.atanh(x);
            case ERFC -> ErrorFunctions.erfc(x);
            case ERFINV -> ErrorFunctions.erfinv(x);
            case LGAMMA -> GammaFunctions.lgamma(x);
            case DIGAMMA -> GammaFunctions.digamma(x);
            case SIGMOID -> x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
            case ERF -> erf(x);
            case LOGICAL_NOT -> x == 0 ? 1 : 0;
            case ISNAN -> Double.isNaN(x) ? 1 : 0;
            case ISINF -> Double.isInfinite(x) ? 1 : 0;
            case ISFINITE -> Double.isFinite(x) ? 1 : 0;
            case BITWISE_NOT -> throw new IllegalArgumentException();
        };
    }

    /** Exact for powers of two, and with an exponent taken off first. */
    private static double log2(double x) {
        if (!(x > 0) || Double.isInfinite(x)) {
            return Math.log(x);
        }
        int e = Math.getExponent(x < Double.MIN_NORMAL ? x * 0x1p60 : x);
        double m = (x < Double.MIN_NORMAL ? x * 0x1p60 : x) / Math.pow(2, e);
        if (m > Math.sqrt(2)) {
            m /= 2;
            e++;
        }
        return (x < Double.MIN_NORMAL ? e - 60 : e) + Math.log(m) / Math.log(2);
    }

    /** By its Taylor series below 2 and a continued fraction of its complement above. */
    static double erf(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        if (a > 6) {
            return Math.signum(x);
        }
        if (a < 2) {
            double term = x; // 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)): no cancellation
            double sum = x;
            for (int n = 1; n < 200; n++) {
                term *= 2 * x * x / (2 * n + 1);
                sum += term;
            }
            return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
        }
        double f = 0;
        for (int n = 120; n > 0; n--) {
            f = n / 2.0 / (a + f);
        }
        return Math.signum(x) * (1 - Math.exp(-a * a) / (a + f) / Math.sqrt(Math.PI));
    }

    static long unary(UnaryKind kind, long x) {
        return switch (kind) {
            case ABS -> Math.abs(x);
            case NEG -> -x;
            case SIGN -> Long.signum(x);
            case SQUARE -> x * x;
            case RELU -> Math.max(x, 0);
            case FLOOR, CEIL, ROUND, TRUNC -> x;
            case BITWISE_NOT -> ~x;
            case LOGICAL_NOT -> x == 0 ? 1 : 0;
            case ISNAN, ISINF -> 0;
            case ISFINITE -> 1;
            default -> throw new IllegalArgumentException();
        };
    }

    static double binary(BinaryKind kind, double a, double b) {
        return switch (kind) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case FLOOR_DIVIDE -> floorDivide(a, b);
            case TRUNC_DIVIDE -> throw new IllegalArgumentException("rounds before: see the test");
            case FMOD -> a % b;
            case REMAINDER -> remainder(a, b);
            case POW -> a == 1 || Math.abs(a) == 1 && Double.isInfinite(b) ? 1 : Math.pow(a, b);
            case ATAN2 -> Math.atan2(a, b);
            case MAXIMUM -> Math.max(a, b);
            case MINIMUM -> Math.min(a, b);
            case COPYSIGN -> Math.copySign(a, b);
            case HYPOT -> Math.hypot(a, b);
            case ZETA -> GammaFunctions.zeta(a, b);
            case BITWISE_AND, BITWISE_OR, BITWISE_XOR, SHIFT_LEFT, SHIFT_RIGHT, GCD ->
                throw new IllegalArgumentException();
        };
    }

    private static double remainder(double a, double b) {
        double r = a % b;
        return r != 0 && r < 0 != b < 0 ? r + b : r;
    }

    private static double floorDivide(double a, double b) {
        if (b == 0) {
            return a / b;
        }
        double r = a % b;
        double q = (a - r) / b;
        q = r != 0 && r < 0 != b < 0 ? q - 1 : q;
        if (q == 0) {
            return Math.copySign(0, a / b);
        }
        double down = Math.floor(q);
        return q - down > 0.5 ? down + 1 : down;
    }

    static long binary(BinaryKind kind, long a, long b) {
        return switch (kind) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case FLOOR_DIVIDE -> Math.floorDiv(a, b);
            case TRUNC_DIVIDE -> a / b;
            case FMOD -> a % b;
            case REMAINDER -> Math.floorMod(a, b);
            case POW -> power(a, b);
            case MAXIMUM -> Math.max(a, b);
            case MINIMUM -> Math.min(a, b);
            case BITWISE_AND -> a & b;
            case BITWISE_OR -> a | b;
            case BITWISE_XOR -> a ^ b;
            case SHIFT_LEFT -> b >= 0 && b < 64 ? a << b : 0;
            case SHIFT_RIGHT -> b >= 0 && b < 64 ? a >> b : a < 0 ? -1 : 0;
            case GCD ->
                java.math.BigInteger.valueOf(a)
                        .gcd(java.math.BigInteger.valueOf(b))
                        .longValue();
            case DIV, ATAN2, COPYSIGN, HYPOT, ZETA -> throw new IllegalArgumentException();
        };
    }

    private static long power(long a, long b) {
        if (b < 0) {
            return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
        }
        return java.math.BigInteger.valueOf(a)
                .modPow(java.math.BigInteger.valueOf(b), java.math.BigInteger.ONE.shiftLeft(64))
                .longValue();
    }

    static boolean compare(CompareKind kind, double a, double b) {
        return switch (kind) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
        };
    }

    static boolean compare(CompareKind kind, long a, long b) {
        return switch (kind) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
        };
    }
}
