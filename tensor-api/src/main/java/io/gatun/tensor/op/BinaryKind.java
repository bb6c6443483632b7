package io.gatun.tensor.op;

import io.gatun.tensor.DType;

/** The element-wise functions of two operands of one dtype, with a result of that dtype. */
public enum BinaryKind {
    /** a + b; "or" for bool. */
    ADD("add"),
    /** a - b; not for bool. */
    SUB("sub"),
    /** a * b; "and" for bool. */
    MUL("mul"),
    /** a / b, floating-point only (integers are cast before). */
    DIV("div"),
    /** The quotient rounded down: PyTorch's {@code floor_divide}, also {@code div(rounding_mode="floor")}. */
    FLOOR_DIVIDE("floorDivide"),
    /** The quotient rounded towards zero: {@code div(rounding_mode="trunc")}. */
    TRUNC_DIVIDE("truncDivide"),
    /** The remainder with the dividend's sign, as Java's {@code %}. */
    FMOD("fmod"),
    /** The remainder with the divisor's sign, as Python's {@code %}. */
    REMAINDER("remainder"),
    /** a to the power b. */
    POW("pow"),
    /** The angle of the point (b, a); floating-point only. */
    ATAN2("atan2"),
    /** |a| with the sign of b, also of -0.0; floating-point only. */
    COPYSIGN("copysign"),
    /** sqrt(a² + b²) without overflow in between; floating-point only. */
    HYPOT("hypot"),
    /** The sum of (b + k)^-a over k from 0 on, as PyTorch's {@code special.zeta}; floating-point only. */
    ZETA("zeta"),
    /** The larger; NaN if either is. */
    MAXIMUM("maximum"),
    /** The smaller; NaN if either is. */
    MINIMUM("minimum"),
    /** And, by bits for integers and by truth for bool; no floating-point dtype. */
    BITWISE_AND("bitwiseAnd"),
    /** Or, by bits for integers and by truth for bool; no floating-point dtype. */
    BITWISE_OR("bitwiseOr"),
    /** Exclusive or, by bits for integers and by truth for bool; no floating-point dtype. */
    BITWISE_XOR("bitwiseXor"),
    /** a shifted left by b bits; 0 where b is negative or at least the width. Integers only. */
    SHIFT_LEFT("bitwiseLeftShift"),
    /** a shifted right by b bits, keeping its sign; the sign's bits where b is negative or too large. Integers only. */
    SHIFT_RIGHT("bitwiseRightShift"),
    /** The greatest common divisor, not negative; of 0 and 0 it is 0. Integers only. */
    GCD("gcd");

    private final String operatorName;

    BinaryKind(String operatorName) {
        this.operatorName = operatorName;
    }

    /** Whether the function is defined on operands of {@code dtype}. */
    public boolean takes(DType dtype) {
        return switch (this) {
            case ADD, MUL -> true;
            case SUB, POW -> dtype != DType.BOOL;
            case DIV -> dtype.isInexact();
            case FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER -> dtype.isFloatingPoint() || dtype.isIntegral();
            case ATAN2, COPYSIGN, HYPOT, ZETA -> dtype.isFloatingPoint();
            case MAXIMUM, MINIMUM -> !dtype.isComplex();
            case BITWISE_AND, BITWISE_OR, BITWISE_XOR -> !dtype.isInexact();
            case SHIFT_LEFT, SHIFT_RIGHT, GCD -> dtype.isIntegral();
        };
    }

    /** Whether integers are refused for a divisor of zero. */
    public boolean divides() {
        return switch (this) {
            case FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER -> true;
            default -> false;
        };
    }

    /** The method's name, as in messages. */
    public String operatorName() {
        return operatorName;
    }
}
