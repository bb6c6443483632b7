package io.gatun.backend.reference;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.spi.GammaFunctions;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * What each {@link BinaryKind} means for one pair of elements: of floating-point numbers in double, of integers and bool
 * in long. Where PyTorch, C and Java differ, PyTorch decides: {@code pow(1, NaN)} is 1, division rounds down by
 * correcting an exact remainder, an integer to a negative power is 0 unless its base is 1 or -1.
 */
final class BinaryFunctions {
    private BinaryFunctions() {}

    /** The function of floating-point elements of {@code dtype}. */
    static DoubleBinaryOperator ofDoubles(BinaryKind kind, DType dtype) {
        return switch (kind) {
            case ADD -> Double::sum;
            case SUB -> (a, b) -> a - b;
            case MUL -> (a, b) -> a * b;
            case DIV -> (a, b) -> a / b;
            case FLOOR_DIVIDE -> BinaryFunctions::floorDivide;
            case TRUNC_DIVIDE -> // of the quotient as a float has it: the double's may be just below an integer
                dtype == DType.F64
                        ? (a, b) -> UnaryFunctions.trunc(a / b)
                        : (a, b) -> UnaryFunctions.trunc((float) (a / b));
            case FMOD -> (a, b) -> a % b;
            case REMAINDER -> BinaryFunctions::remainder;
            case POW -> BinaryFunctions::pow;
            case ATAN2 -> Math::atan2;
            case MAXIMUM -> Math::max; // NaN if either is
            case MINIMUM -> Math::min;
            case COPYSIGN -> Math::copySign;
            case HYPOT -> Math::hypot;
            case ZETA -> GammaFunctions::zeta;
            case BITWISE_AND, BITWISE_OR, BITWISE_XOR, SHIFT_LEFT, SHIFT_RIGHT, GCD ->
                throw new IllegalStateException(kind.operatorName() + " reached a kernel with " + dtype + " operands");
        };
    }

    /** The function of integer or bool elements; the result is wrapped to the dtype, or is its truth, afterwards. */
    static LongBinaryOperator ofLongs(BinaryKind kind, DType dtype) {
        return switch (kind) {
            case ADD -> Long::sum; // for bool 1 + 1 is true
            case SUB -> (a, b) -> a - b;
            case MUL -> (a, b) -> a * b;
            case FLOOR_DIVIDE -> Math::floorDiv;
            case TRUNC_DIVIDE -> (a, b) -> a / b;
            case FMOD -> (a, b) -> a % b;
            case REMAINDER -> Math::floorMod;
            case POW -> BinaryFunctions::pow;
            case MAXIMUM -> Math::max;
            case MINIMUM -> Math::min;
            case BITWISE_AND -> (a, b) -> a & b;
            case BITWISE_OR -> (a, b) -> a | b;
            case BITWISE_XOR -> (a, b) -> a ^ b;
            case SHIFT_LEFT -> (a, b) -> b < 0 || b > 63 ? 0 : a << b; // what is beyond a narrower width is cut off
            case SHIFT_RIGHT -> (a, b) -> a >> (b < 0 || b > 63 ? 63 : b);
            case GCD -> BinaryFunctions::gcd;
            case DIV, ATAN2, COPYSIGN, HYPOT, ZETA ->
                throw new IllegalStateException(kind.operatorName() + " reached a kernel with " + dtype + " operands");
        };
    }

    /**
     * CPython's way: the remainder is exact, so the quotient of what it leaves is an integer but for one rounding. The
     * floor of the rounded quotient itself would be one too high for, say, 1 by 0.1.
     */
    private static double floorDivide(double a, double b) {
        if (b == 0) {
            return a / b;
        }
        double remainder = a % b;
        double quotient = (a - remainder) / b;
        if (remainder != 0 && b < 0 != remainder < 0) {
            quotient--;
        }
        if (quotient == 0) {
            return Math.copySign(0, a / b);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double remainder(double a, double b) {
        double remainder = a % b;
        return remainder != 0 && b < 0 != remainder < 0 ? remainder + b : remainder;
    }

    /** As C has it: 1 to any power and -1 to an infinite one are 1, where Java says NaN. */
    private static double pow(double a, double b) {
        return a == 1 || a == -1 && Double.isInfinite(b) ? 1 : Math.pow(a, b);
    }

    /** Euclid's algorithm. */
    private static long gcd(long a, long b) {
        long x = a;
        long y = b;
        while (y != 0) {
            long rest = x % y;
            x = y;
            y = rest;
        }
        return Math.abs(x);
    }

    private static long pow(long a, long b) {
        if (b < 0) {
            return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
        }
        long result = 1;
        long square = a;
        for (long rest = b; rest != 0; rest >>= 1) {
            if ((rest & 1) != 0) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }
}
