package io.gatun.tensor;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.UnaryKind;
import org.jspecify.annotations.Nullable;

/**
 * The element-wise operators of {@link Tensor}: one element from the elements at the same place.
 *
 * <p>Operands broadcast: shapes are aligned at the last dimension, sizes of 1 stretch. Dtypes promote ({@link
 * Promotion}); functions such as {@code exp} give the default floating-point dtype for integers. Every operator without a
 * trailing underscore returns a new tensor. With one, the result is stored in this tensor, which is returned: its shape
 * stays, and the result's dtype may not be of a higher category than its own. If such a call is refused, nothing has
 * changed.
 *
 * <p>{@link ShapeException} where shapes do not broadcast, {@link DTypeException} where an operator is not defined for a
 * dtype.
 */
public sealed interface ElementwiseOps permits Tensor {
    /** |x| of each element; any dtype but bool. */
    default Tensor abs() {
        return Elementwise.unary(UnaryKind.ABS, (Tensor) this);
    }

    /** {@link #abs()} in place. */
    default Tensor abs_() {
        return Elementwise.unaryInPlace(UnaryKind.ABS, (Tensor) this);
    }

    /** -x; any dtype but bool. */
    default Tensor neg() {
        return Elementwise.unary(UnaryKind.NEG, (Tensor) this);
    }

    /** {@link #neg()} in place. */
    default Tensor neg_() {
        return Elementwise.unaryInPlace(UnaryKind.NEG, (Tensor) this);
    }

    /** 1, 0 or -1; NaN for NaN. */
    default Tensor sign() {
        return Elementwise.unary(UnaryKind.SIGN, (Tensor) this);
    }

    /** {@link #sign()} in place. */
    default Tensor sign_() {
        return Elementwise.unaryInPlace(UnaryKind.SIGN, (Tensor) this);
    }

    /** X * x. */
    default Tensor square() {
        return Elementwise.unary(UnaryKind.SQUARE, (Tensor) this);
    }

    /** {@link #square()} in place. */
    default Tensor square_() {
        return Elementwise.unaryInPlace(UnaryKind.SQUARE, (Tensor) this);
    }

    /** Max(x, 0). */
    default Tensor relu() {
        return Elementwise.unary(UnaryKind.RELU, (Tensor) this);
    }

    /** {@link #relu()} in place. */
    default Tensor relu_() {
        return Elementwise.unaryInPlace(UnaryKind.RELU, (Tensor) this);
    }

    /** The largest integral value not above x. */
    default Tensor floor() {
        return Elementwise.unary(UnaryKind.FLOOR, (Tensor) this);
    }

    /** {@link #floor()} in place. */
    default Tensor floor_() {
        return Elementwise.unaryInPlace(UnaryKind.FLOOR, (Tensor) this);
    }

    /** The smallest integral value not below x. */
    default Tensor ceil() {
        return Elementwise.unary(UnaryKind.CEIL, (Tensor) this);
    }

    /** {@link #ceil()} in place. */
    default Tensor ceil_() {
        return Elementwise.unaryInPlace(UnaryKind.CEIL, (Tensor) this);
    }

    /** The nearest integral value, ties to even. */
    default Tensor round() {
        return Elementwise.unary(UnaryKind.ROUND, (Tensor) this);
    }

    /** {@link #round()} in place. */
    default Tensor round_() {
        return Elementwise.unaryInPlace(UnaryKind.ROUND, (Tensor) this);
    }

    /** X rounded towards zero. */
    default Tensor trunc() {
        return Elementwise.unary(UnaryKind.TRUNC, (Tensor) this);
    }

    /** {@link #trunc()} in place. */
    default Tensor trunc_() {
        return Elementwise.unaryInPlace(UnaryKind.TRUNC, (Tensor) this);
    }

    /** E^x. */
    default Tensor exp() {
        return Elementwise.unary(UnaryKind.EXP, (Tensor) this);
    }

    /** {@link #exp()} in place. */
    default Tensor exp_() {
        return Elementwise.unaryInPlace(UnaryKind.EXP, (Tensor) this);
    }

    /** E^x - 1, accurate near 0. */
    default Tensor expm1() {
        return Elementwise.unary(UnaryKind.EXPM1, (Tensor) this);
    }

    /** {@link #expm1()} in place. */
    default Tensor expm1_() {
        return Elementwise.unaryInPlace(UnaryKind.EXPM1, (Tensor) this);
    }

    /** The natural logarithm. */
    default Tensor log() {
        return Elementwise.unary(UnaryKind.LOG, (Tensor) this);
    }

    /** {@link #log()} in place. */
    default Tensor log_() {
        return Elementwise.unaryInPlace(UnaryKind.LOG, (Tensor) this);
    }

    /** Log(1 + x), accurate near 0. */
    default Tensor log1p() {
        return Elementwise.unary(UnaryKind.LOG1P, (Tensor) this);
    }

    /** {@link #log1p()} in place. */
    default Tensor log1p_() {
        return Elementwise.unaryInPlace(UnaryKind.LOG1P, (Tensor) this);
    }

    /** The logarithm to base 2. */
    default Tensor log2() {
        return Elementwise.unary(UnaryKind.LOG2, (Tensor) this);
    }

    /** {@link #log2()} in place. */
    default Tensor log2_() {
        return Elementwise.unaryInPlace(UnaryKind.LOG2, (Tensor) this);
    }

    /** The logarithm to base 10. */
    default Tensor log10() {
        return Elementwise.unary(UnaryKind.LOG10, (Tensor) this);
    }

    /** {@link #log10()} in place. */
    default Tensor log10_() {
        return Elementwise.unaryInPlace(UnaryKind.LOG10, (Tensor) this);
    }

    /** The square root. */
    default Tensor sqrt() {
        return Elementwise.unary(UnaryKind.SQRT, (Tensor) this);
    }

    /** {@link #sqrt()} in place. */
    default Tensor sqrt_() {
        return Elementwise.unaryInPlace(UnaryKind.SQRT, (Tensor) this);
    }

    /** 1 / sqrt(x). */
    default Tensor rsqrt() {
        return Elementwise.unary(UnaryKind.RSQRT, (Tensor) this);
    }

    /** {@link #rsqrt()} in place. */
    default Tensor rsqrt_() {
        return Elementwise.unaryInPlace(UnaryKind.RSQRT, (Tensor) this);
    }

    /** 1 / x. */
    default Tensor reciprocal() {
        return Elementwise.unary(UnaryKind.RECIPROCAL, (Tensor) this);
    }

    /** {@link #reciprocal()} in place. */
    default Tensor reciprocal_() {
        return Elementwise.unaryInPlace(UnaryKind.RECIPROCAL, (Tensor) this);
    }

    /** The sine. */
    default Tensor sin() {
        return Elementwise.unary(UnaryKind.SIN, (Tensor) this);
    }

    /** {@link #sin()} in place. */
    default Tensor sin_() {
        return Elementwise.unaryInPlace(UnaryKind.SIN, (Tensor) this);
    }

    /** The cosine. */
    default Tensor cos() {
        return Elementwise.unary(UnaryKind.COS, (Tensor) this);
    }

    /** {@link #cos()} in place. */
    default Tensor cos_() {
        return Elementwise.unaryInPlace(UnaryKind.COS, (Tensor) this);
    }

    /** The tangent. */
    default Tensor tan() {
        return Elementwise.unary(UnaryKind.TAN, (Tensor) this);
    }

    /** {@link #tan()} in place. */
    default Tensor tan_() {
        return Elementwise.unaryInPlace(UnaryKind.TAN, (Tensor) this);
    }

    /** The inverse sine. */
    default Tensor asin() {
        return Elementwise.unary(UnaryKind.ASIN, (Tensor) this);
    }

    /** {@link #asin()} in place. */
    default Tensor asin_() {
        return Elementwise.unaryInPlace(UnaryKind.ASIN, (Tensor) this);
    }

    /** The inverse cosine. */
    default Tensor acos() {
        return Elementwise.unary(UnaryKind.ACOS, (Tensor) this);
    }

    /** {@link #acos()} in place. */
    default Tensor acos_() {
        return Elementwise.unaryInPlace(UnaryKind.ACOS, (Tensor) this);
    }

    /** The inverse tangent. */
    default Tensor atan() {
        return Elementwise.unary(UnaryKind.ATAN, (Tensor) this);
    }

    /** {@link #atan()} in place. */
    default Tensor atan_() {
        return Elementwise.unaryInPlace(UnaryKind.ATAN, (Tensor) this);
    }

    /** The hyperbolic sine. */
    default Tensor sinh() {
        return Elementwise.unary(UnaryKind.SINH, (Tensor) this);
    }

    /** {@link #sinh()} in place. */
    default Tensor sinh_() {
        return Elementwise.unaryInPlace(UnaryKind.SINH, (Tensor) this);
    }

    /** The hyperbolic cosine. */
    default Tensor cosh() {
        return Elementwise.unary(UnaryKind.COSH, (Tensor) this);
    }

    /** {@link #cosh()} in place. */
    default Tensor cosh_() {
        return Elementwise.unaryInPlace(UnaryKind.COSH, (Tensor) this);
    }

    /** The hyperbolic tangent. */
    default Tensor tanh() {
        return Elementwise.unary(UnaryKind.TANH, (Tensor) this);
    }

    /** {@link #tanh()} in place. */
    default Tensor tanh_() {
        return Elementwise.unaryInPlace(UnaryKind.TANH, (Tensor) this);
    }

    /** 1 / (1 + e^-x). */
    default Tensor sigmoid() {
        return Elementwise.unary(UnaryKind.SIGMOID, (Tensor) this);
    }

    /** {@link #sigmoid()} in place. */
    default Tensor sigmoid_() {
        return Elementwise.unaryInPlace(UnaryKind.SIGMOID, (Tensor) this);
    }

    /** The error function. */
    default Tensor erf() {
        return Elementwise.unary(UnaryKind.ERF, (Tensor) this);
    }

    /** {@link #erf()} in place. */
    default Tensor erf_() {
        return Elementwise.unaryInPlace(UnaryKind.ERF, (Tensor) this);
    }

    /** Not x, by bits for integers, by truth for bool. */
    default Tensor bitwiseNot() {
        return Elementwise.unary(UnaryKind.BITWISE_NOT, (Tensor) this);
    }

    /** {@link #bitwiseNot()} in place. */
    default Tensor bitwiseNot_() {
        return Elementwise.unaryInPlace(UnaryKind.BITWISE_NOT, (Tensor) this);
    }

    /** Whether x equals zero; any dtype; the result is bool. */
    default Tensor logicalNot() {
        return Elementwise.unary(UnaryKind.LOGICAL_NOT, (Tensor) this);
    }

    /** Whether x is NaN; the result is bool. */
    default Tensor isnan() {
        return Elementwise.unary(UnaryKind.ISNAN, (Tensor) this);
    }

    /** Whether x is infinite; the result is bool. */
    default Tensor isinf() {
        return Elementwise.unary(UnaryKind.ISINF, (Tensor) this);
    }

    /** Whether x is neither infinite nor NaN; the result is bool. */
    default Tensor isfinite() {
        return Elementwise.unary(UnaryKind.ISFINITE, (Tensor) this);
    }

    /** A + b, broadcast. */
    default Tensor add(Tensor other) {
        return Elementwise.binary(BinaryKind.ADD, (Tensor) this, other);
    }

    /** {@link #add(Tensor)} in place; the other is broadcast to this. */
    default Tensor add_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.ADD, (Tensor) this, other);
    }

    /** {@link #add(Tensor)} with a number. */
    default Tensor add(double other) {
        return Elementwise.binary(BinaryKind.ADD, (Tensor) this, Scalar.of(other));
    }

    /** {@link #add(double)} in place. */
    default Tensor add_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.ADD, (Tensor) this, Scalar.of(other));
    }

    /** {@link #add(Tensor)} with a number. */
    default Tensor add(long other) {
        return Elementwise.binary(BinaryKind.ADD, (Tensor) this, Scalar.of(other));
    }

    /** {@link #add(long)} in place. */
    default Tensor add_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.ADD, (Tensor) this, Scalar.of(other));
    }

    /** A - b; refused for bool, broadcast. */
    default Tensor sub(Tensor other) {
        return Elementwise.binary(BinaryKind.SUB, (Tensor) this, other);
    }

    /** {@link #sub(Tensor)} in place; the other is broadcast to this. */
    default Tensor sub_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.SUB, (Tensor) this, other);
    }

    /** {@link #sub(Tensor)} with a number. */
    default Tensor sub(double other) {
        return Elementwise.binary(BinaryKind.SUB, (Tensor) this, Scalar.of(other));
    }

    /** {@link #sub(double)} in place. */
    default Tensor sub_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.SUB, (Tensor) this, Scalar.of(other));
    }

    /** {@link #sub(Tensor)} with a number. */
    default Tensor sub(long other) {
        return Elementwise.binary(BinaryKind.SUB, (Tensor) this, Scalar.of(other));
    }

    /** {@link #sub(long)} in place. */
    default Tensor sub_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.SUB, (Tensor) this, Scalar.of(other));
    }

    /** A * b, broadcast. */
    default Tensor mul(Tensor other) {
        return Elementwise.binary(BinaryKind.MUL, (Tensor) this, other);
    }

    /** {@link #mul(Tensor)} in place; the other is broadcast to this. */
    default Tensor mul_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.MUL, (Tensor) this, other);
    }

    /** {@link #mul(Tensor)} with a number. */
    default Tensor mul(double other) {
        return Elementwise.binary(BinaryKind.MUL, (Tensor) this, Scalar.of(other));
    }

    /** {@link #mul(double)} in place. */
    default Tensor mul_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.MUL, (Tensor) this, Scalar.of(other));
    }

    /** {@link #mul(Tensor)} with a number. */
    default Tensor mul(long other) {
        return Elementwise.binary(BinaryKind.MUL, (Tensor) this, Scalar.of(other));
    }

    /** {@link #mul(long)} in place. */
    default Tensor mul_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.MUL, (Tensor) this, Scalar.of(other));
    }

    /** A / b; integers give the default floating-point dtype, broadcast. */
    default Tensor div(Tensor other) {
        return Elementwise.binary(BinaryKind.DIV, (Tensor) this, other);
    }

    /** {@link #div(Tensor)} in place; the other is broadcast to this. */
    default Tensor div_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.DIV, (Tensor) this, other);
    }

    /** {@link #div(Tensor)} with a number. */
    default Tensor div(double other) {
        return Elementwise.binary(BinaryKind.DIV, (Tensor) this, Scalar.of(other));
    }

    /** {@link #div(double)} in place. */
    default Tensor div_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.DIV, (Tensor) this, Scalar.of(other));
    }

    /** {@link #div(Tensor)} with a number. */
    default Tensor div(long other) {
        return Elementwise.binary(BinaryKind.DIV, (Tensor) this, Scalar.of(other));
    }

    /** {@link #div(long)} in place. */
    default Tensor div_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.DIV, (Tensor) this, Scalar.of(other));
    }

    /** The quotient rounded down, broadcast. */
    default Tensor floorDivide(Tensor other) {
        return Elementwise.binary(BinaryKind.FLOOR_DIVIDE, (Tensor) this, other);
    }

    /** {@link #floorDivide(Tensor)} in place; the other is broadcast to this. */
    default Tensor floorDivide_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.FLOOR_DIVIDE, (Tensor) this, other);
    }

    /** {@link #floorDivide(Tensor)} with a number. */
    default Tensor floorDivide(double other) {
        return Elementwise.binary(BinaryKind.FLOOR_DIVIDE, (Tensor) this, Scalar.of(other));
    }

    /** {@link #floorDivide(double)} in place. */
    default Tensor floorDivide_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.FLOOR_DIVIDE, (Tensor) this, Scalar.of(other));
    }

    /** {@link #floorDivide(Tensor)} with a number. */
    default Tensor floorDivide(long other) {
        return Elementwise.binary(BinaryKind.FLOOR_DIVIDE, (Tensor) this, Scalar.of(other));
    }

    /** {@link #floorDivide(long)} in place. */
    default Tensor floorDivide_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.FLOOR_DIVIDE, (Tensor) this, Scalar.of(other));
    }

    /** The remainder with the dividend's sign, broadcast. */
    default Tensor fmod(Tensor other) {
        return Elementwise.binary(BinaryKind.FMOD, (Tensor) this, other);
    }

    /** {@link #fmod(Tensor)} in place; the other is broadcast to this. */
    default Tensor fmod_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.FMOD, (Tensor) this, other);
    }

    /** {@link #fmod(Tensor)} with a number. */
    default Tensor fmod(double other) {
        return Elementwise.binary(BinaryKind.FMOD, (Tensor) this, Scalar.of(other));
    }

    /** {@link #fmod(double)} in place. */
    default Tensor fmod_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.FMOD, (Tensor) this, Scalar.of(other));
    }

    /** {@link #fmod(Tensor)} with a number. */
    default Tensor fmod(long other) {
        return Elementwise.binary(BinaryKind.FMOD, (Tensor) this, Scalar.of(other));
    }

    /** {@link #fmod(long)} in place. */
    default Tensor fmod_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.FMOD, (Tensor) this, Scalar.of(other));
    }

    /** The remainder with the divisor's sign, broadcast. */
    default Tensor remainder(Tensor other) {
        return Elementwise.binary(BinaryKind.REMAINDER, (Tensor) this, other);
    }

    /** {@link #remainder(Tensor)} in place; the other is broadcast to this. */
    default Tensor remainder_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.REMAINDER, (Tensor) this, other);
    }

    /** {@link #remainder(Tensor)} with a number. */
    default Tensor remainder(double other) {
        return Elementwise.binary(BinaryKind.REMAINDER, (Tensor) this, Scalar.of(other));
    }

    /** {@link #remainder(double)} in place. */
    default Tensor remainder_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.REMAINDER, (Tensor) this, Scalar.of(other));
    }

    /** {@link #remainder(Tensor)} with a number. */
    default Tensor remainder(long other) {
        return Elementwise.binary(BinaryKind.REMAINDER, (Tensor) this, Scalar.of(other));
    }

    /** {@link #remainder(long)} in place. */
    default Tensor remainder_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.REMAINDER, (Tensor) this, Scalar.of(other));
    }

    /** A to the power b, broadcast. */
    default Tensor pow(Tensor other) {
        return Elementwise.binary(BinaryKind.POW, (Tensor) this, other);
    }

    /** Each element to the power {@code exponent}. */
    default Tensor pow(double exponent) {
        return Powers.pow((Tensor) this, Scalar.of(exponent));
    }

    /** {@link #pow(double)} in place. */
    default Tensor pow_(double exponent) {
        return Powers.powInPlace((Tensor) this, Scalar.of(exponent));
    }

    /** Each element to the power {@code exponent}. */
    default Tensor pow(long exponent) {
        return Powers.pow((Tensor) this, Scalar.of(exponent));
    }

    /** {@link #pow(long)} in place. */
    default Tensor pow_(long exponent) {
        return Powers.powInPlace((Tensor) this, Scalar.of(exponent));
    }

    /** {@link #pow(Tensor)} in place. */
    default Tensor pow_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.POW, (Tensor) this, other);
    }

    /** The angle of the point (b, a), broadcast. */
    default Tensor atan2(Tensor other) {
        return Elementwise.binary(BinaryKind.ATAN2, (Tensor) this, other);
    }

    /** {@link #atan2(Tensor)} in place; the other is broadcast to this. */
    default Tensor atan2_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.ATAN2, (Tensor) this, other);
    }

    /** The larger; NaN if either is, broadcast. */
    default Tensor maximum(Tensor other) {
        return Elementwise.binary(BinaryKind.MAXIMUM, (Tensor) this, other);
    }

    /** {@link #maximum(Tensor)} in place; the other is broadcast to this. */
    default Tensor maximum_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.MAXIMUM, (Tensor) this, other);
    }

    /** {@link #maximum(Tensor)} with a number. */
    default Tensor maximum(double other) {
        return Elementwise.binary(BinaryKind.MAXIMUM, (Tensor) this, Scalar.of(other));
    }

    /** {@link #maximum(double)} in place. */
    default Tensor maximum_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.MAXIMUM, (Tensor) this, Scalar.of(other));
    }

    /** {@link #maximum(Tensor)} with a number. */
    default Tensor maximum(long other) {
        return Elementwise.binary(BinaryKind.MAXIMUM, (Tensor) this, Scalar.of(other));
    }

    /** {@link #maximum(long)} in place. */
    default Tensor maximum_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.MAXIMUM, (Tensor) this, Scalar.of(other));
    }

    /** The smaller; NaN if either is, broadcast. */
    default Tensor minimum(Tensor other) {
        return Elementwise.binary(BinaryKind.MINIMUM, (Tensor) this, other);
    }

    /** {@link #minimum(Tensor)} in place; the other is broadcast to this. */
    default Tensor minimum_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.MINIMUM, (Tensor) this, other);
    }

    /** {@link #minimum(Tensor)} with a number. */
    default Tensor minimum(double other) {
        return Elementwise.binary(BinaryKind.MINIMUM, (Tensor) this, Scalar.of(other));
    }

    /** {@link #minimum(double)} in place. */
    default Tensor minimum_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.MINIMUM, (Tensor) this, Scalar.of(other));
    }

    /** {@link #minimum(Tensor)} with a number. */
    default Tensor minimum(long other) {
        return Elementwise.binary(BinaryKind.MINIMUM, (Tensor) this, Scalar.of(other));
    }

    /** {@link #minimum(long)} in place. */
    default Tensor minimum_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.MINIMUM, (Tensor) this, Scalar.of(other));
    }

    /** And, by bits for integers, by truth for bool, broadcast. */
    default Tensor bitwiseAnd(Tensor other) {
        return Elementwise.binary(BinaryKind.BITWISE_AND, (Tensor) this, other);
    }

    /** {@link #bitwiseAnd(Tensor)} in place; the other is broadcast to this. */
    default Tensor bitwiseAnd_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.BITWISE_AND, (Tensor) this, other);
    }

    /** {@link #bitwiseAnd(Tensor)} with a number. */
    default Tensor bitwiseAnd(long other) {
        return Elementwise.binary(BinaryKind.BITWISE_AND, (Tensor) this, Scalar.of(other));
    }

    /** {@link #bitwiseAnd(long)} in place. */
    default Tensor bitwiseAnd_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.BITWISE_AND, (Tensor) this, Scalar.of(other));
    }

    /** Or, by bits for integers, by truth for bool, broadcast. */
    default Tensor bitwiseOr(Tensor other) {
        return Elementwise.binary(BinaryKind.BITWISE_OR, (Tensor) this, other);
    }

    /** {@link #bitwiseOr(Tensor)} in place; the other is broadcast to this. */
    default Tensor bitwiseOr_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.BITWISE_OR, (Tensor) this, other);
    }

    /** {@link #bitwiseOr(Tensor)} with a number. */
    default Tensor bitwiseOr(long other) {
        return Elementwise.binary(BinaryKind.BITWISE_OR, (Tensor) this, Scalar.of(other));
    }

    /** {@link #bitwiseOr(long)} in place. */
    default Tensor bitwiseOr_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.BITWISE_OR, (Tensor) this, Scalar.of(other));
    }

    /** Exclusive or, by bits for integers, by truth for bool, broadcast. */
    default Tensor bitwiseXor(Tensor other) {
        return Elementwise.binary(BinaryKind.BITWISE_XOR, (Tensor) this, other);
    }

    /** {@link #bitwiseXor(Tensor)} in place; the other is broadcast to this. */
    default Tensor bitwiseXor_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.BITWISE_XOR, (Tensor) this, other);
    }

    /** {@link #bitwiseXor(Tensor)} with a number. */
    default Tensor bitwiseXor(long other) {
        return Elementwise.binary(BinaryKind.BITWISE_XOR, (Tensor) this, Scalar.of(other));
    }

    /** {@link #bitwiseXor(long)} in place. */
    default Tensor bitwiseXor_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.BITWISE_XOR, (Tensor) this, Scalar.of(other));
    }

    /** Whether a = b, broadcast; the result is bool. */
    default Tensor eq(Tensor other) {
        return Elementwise.compare(CompareKind.EQ, (Tensor) this, other);
    }

    /** {@link #eq(Tensor)} with a number. */
    default Tensor eq(double other) {
        return Elementwise.compare(CompareKind.EQ, (Tensor) this, Scalar.of(other));
    }

    /** {@link #eq(Tensor)} with a number. */
    default Tensor eq(long other) {
        return Elementwise.compare(CompareKind.EQ, (Tensor) this, Scalar.of(other));
    }

    /** Whether a ≠ b, broadcast; the result is bool. */
    default Tensor ne(Tensor other) {
        return Elementwise.compare(CompareKind.NE, (Tensor) this, other);
    }

    /** {@link #ne(Tensor)} with a number. */
    default Tensor ne(double other) {
        return Elementwise.compare(CompareKind.NE, (Tensor) this, Scalar.of(other));
    }

    /** {@link #ne(Tensor)} with a number. */
    default Tensor ne(long other) {
        return Elementwise.compare(CompareKind.NE, (Tensor) this, Scalar.of(other));
    }

    /** Whether a &lt; b, broadcast; the result is bool. */
    default Tensor lt(Tensor other) {
        return Elementwise.compare(CompareKind.LT, (Tensor) this, other);
    }

    /** {@link #lt(Tensor)} with a number. */
    default Tensor lt(double other) {
        return Elementwise.compare(CompareKind.LT, (Tensor) this, Scalar.of(other));
    }

    /** {@link #lt(Tensor)} with a number. */
    default Tensor lt(long other) {
        return Elementwise.compare(CompareKind.LT, (Tensor) this, Scalar.of(other));
    }

    /** Whether a ≤ b, broadcast; the result is bool. */
    default Tensor le(Tensor other) {
        return Elementwise.compare(CompareKind.LE, (Tensor) this, other);
    }

    /** {@link #le(Tensor)} with a number. */
    default Tensor le(double other) {
        return Elementwise.compare(CompareKind.LE, (Tensor) this, Scalar.of(other));
    }

    /** {@link #le(Tensor)} with a number. */
    default Tensor le(long other) {
        return Elementwise.compare(CompareKind.LE, (Tensor) this, Scalar.of(other));
    }

    /** Whether a &gt; b, broadcast; the result is bool. */
    default Tensor gt(Tensor other) {
        return Elementwise.compare(CompareKind.GT, (Tensor) this, other);
    }

    /** {@link #gt(Tensor)} with a number. */
    default Tensor gt(double other) {
        return Elementwise.compare(CompareKind.GT, (Tensor) this, Scalar.of(other));
    }

    /** {@link #gt(Tensor)} with a number. */
    default Tensor gt(long other) {
        return Elementwise.compare(CompareKind.GT, (Tensor) this, Scalar.of(other));
    }

    /** Whether a ≥ b, broadcast; the result is bool. */
    default Tensor ge(Tensor other) {
        return Elementwise.compare(CompareKind.GE, (Tensor) this, other);
    }

    /** {@link #ge(Tensor)} with a number. */
    default Tensor ge(double other) {
        return Elementwise.compare(CompareKind.GE, (Tensor) this, Scalar.of(other));
    }

    /** {@link #ge(Tensor)} with a number. */
    default Tensor ge(long other) {
        return Elementwise.compare(CompareKind.GE, (Tensor) this, Scalar.of(other));
    }

    /** {@code this + alpha * other}. */
    default Tensor add(Tensor other, double alpha) {
        return add(Arithmetic.scaled("add", (Tensor) this, other, Scalar.of(alpha)));
    }

    /** {@link #add(Tensor, double)} for a whole number: integers stay integers. */
    default Tensor add(Tensor other, long alpha) {
        return add(Arithmetic.scaled("add", (Tensor) this, other, Scalar.of(alpha)));
    }

    /** {@link #add(Tensor, double)} in place. */
    default Tensor add_(Tensor other, double alpha) {
        return add_(Arithmetic.scaled("add", (Tensor) this, other, Scalar.of(alpha)));
    }

    /** {@link #add_(Tensor, double)} for a whole number: integers stay integers. */
    default Tensor add_(Tensor other, long alpha) {
        return add_(Arithmetic.scaled("add", (Tensor) this, other, Scalar.of(alpha)));
    }

    /** {@code this - alpha * other}. */
    default Tensor sub(Tensor other, double alpha) {
        return sub(Arithmetic.scaled("sub", (Tensor) this, other, Scalar.of(alpha)));
    }

    /** {@link #sub(Tensor, double)} for a whole number: integers stay integers. */
    default Tensor sub(Tensor other, long alpha) {
        return sub(Arithmetic.scaled("sub", (Tensor) this, other, Scalar.of(alpha)));
    }

    /** {@link #sub(Tensor, double)} in place. */
    default Tensor sub_(Tensor other, double alpha) {
        return sub_(Arithmetic.scaled("sub", (Tensor) this, other, Scalar.of(alpha)));
    }

    /** {@link #sub_(Tensor, double)} for a whole number: integers stay integers. */
    default Tensor sub_(Tensor other, long alpha) {
        return sub_(Arithmetic.scaled("sub", (Tensor) this, other, Scalar.of(alpha)));
    }

    /** The quotient, rounded down or towards zero; the dtype is the promoted one, integral for integers. */
    default Tensor div(Tensor other, RoundingMode mode) {
        BinaryKind kind = mode == RoundingMode.FLOOR ? BinaryKind.FLOOR_DIVIDE : BinaryKind.TRUNC_DIVIDE;
        return Elementwise.binary(kind, (Tensor) this, other);
    }

    /** {@code other - this}, the number first. */
    default Tensor rsub(double other) {
        return Elementwise.binary(BinaryKind.SUB, Scalar.of(other), (Tensor) this);
    }

    /** {@code other - this}, the number first. */
    default Tensor rsub(long other) {
        return Elementwise.binary(BinaryKind.SUB, Scalar.of(other), (Tensor) this);
    }

    /** Whether both are not zero, broadcast; the result is bool. */
    default Tensor logicalAnd(Tensor other) {
        return ((Tensor) this).to(DType.BOOL).bitwiseAnd(other.to(DType.BOOL));
    }

    /** Whether any of the two is not zero, broadcast; the result is bool. */
    default Tensor logicalOr(Tensor other) {
        return ((Tensor) this).to(DType.BOOL).bitwiseOr(other.to(DType.BOOL));
    }

    /** Whether exactly one is not zero, broadcast; the result is bool. */
    default Tensor logicalXor(Tensor other) {
        return ((Tensor) this).to(DType.BOOL).bitwiseXor(other.to(DType.BOOL));
    }

    /** Each element moved into [{@code min}, {@code max}]; null for no bound. NaN stays NaN. */
    default Tensor clamp(@Nullable Scalar min, @Nullable Scalar max) {
        return Elementwise.clamp((Tensor) this, min, max);
    }

    /** {@link #clamp(Scalar, Scalar)} with numbers. */
    default Tensor clamp(double min, double max) {
        return clamp(Scalar.of(min), Scalar.of(max));
    }

    /** {@link #clamp(Scalar, Scalar)} with integers, which keep an integral dtype. */
    default Tensor clamp(long min, long max) {
        return clamp(Scalar.of(min), Scalar.of(max));
    }

    /** {@link #clamp(Scalar, Scalar)} without an upper bound. */
    default Tensor clampMin(double min) {
        return clamp(Scalar.of(min), null);
    }

    /** {@link #clamp(Scalar, Scalar)} without a lower bound. */
    default Tensor clampMax(double max) {
        return clamp(null, Scalar.of(max));
    }

    /** {@link #clamp(Scalar, Scalar)} in place. */
    default Tensor clamp_(@Nullable Scalar min, @Nullable Scalar max) {
        return Elementwise.clampInPlace((Tensor) this, min, max);
    }

    /** {@code this + weight * (end - this)}, broadcast; the dtypes must agree. */
    default Tensor lerp(Tensor end, double weight) {
        return Arithmetic.lerp((Tensor) this, end, weight);
    }

    /** {@link #lerp(Tensor, double)} in place. */
    default Tensor lerp_(Tensor end, double weight) {
        return Elementwise.assign("lerp", (Tensor) this, lerp(end, weight));
    }

    /** {@code this + value * a * b}. */
    default Tensor addcmul(Tensor a, Tensor b, double value) {
        return add(Arithmetic.product((Tensor) this, a, b, value));
    }

    /** {@link #addcmul(Tensor, Tensor, double)} in place. */
    default Tensor addcmul_(Tensor a, Tensor b, double value) {
        return add_(Arithmetic.product((Tensor) this, a, b, value));
    }

    /** {@code this + value * a / b}. */
    default Tensor addcdiv(Tensor a, Tensor b, double value) {
        return add(Arithmetic.quotient((Tensor) this, a, b, value));
    }

    /** {@link #addcdiv(Tensor, Tensor, double)} in place. */
    default Tensor addcdiv_(Tensor a, Tensor b, double value) {
        return add_(Arithmetic.quotient((Tensor) this, a, b, value));
    }

    /** {@code value} where {@code mask} (bool, broadcast to this) holds, this elsewhere. */
    default Tensor maskedFill(Tensor mask, double value) {
        return Masks.fill((Tensor) this, mask, Scalar.of(value));
    }

    /** {@link #maskedFill(Tensor, double)} with an integer. */
    default Tensor maskedFill(Tensor mask, long value) {
        return Masks.fill((Tensor) this, mask, Scalar.of(value));
    }

    /** {@link #maskedFill(Tensor, double)} in place. */
    default Tensor maskedFill_(Tensor mask, double value) {
        return Elementwise.assign("maskedFill", (Tensor) this, Masks.fill((Tensor) this, mask, Scalar.of(value)));
    }

    /** |a| with the sign of b, also of -0.0, broadcast; integers give the default floating-point dtype. */
    default Tensor copysign(Tensor other) {
        return Elementwise.binary(BinaryKind.COPYSIGN, (Tensor) this, other);
    }

    /** {@link #copysign(Tensor)} in place; the other is broadcast to this. */
    default Tensor copysign_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.COPYSIGN, (Tensor) this, other);
    }

    /** {@link #copysign(Tensor)} with a number. */
    default Tensor copysign(double other) {
        return Elementwise.binary(BinaryKind.COPYSIGN, (Tensor) this, Scalar.of(other));
    }

    /** {@link #copysign(double)} in place. */
    default Tensor copysign_(double other) {
        return Elementwise.binaryInPlace(BinaryKind.COPYSIGN, (Tensor) this, Scalar.of(other));
    }

    /** sqrt(a² + b²) without overflow in between, broadcast; floating-point only. */
    default Tensor hypot(Tensor other) {
        return Elementwise.binary(BinaryKind.HYPOT, (Tensor) this, other);
    }

    /** {@link #hypot(Tensor)} in place; the other is broadcast to this. */
    default Tensor hypot_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.HYPOT, (Tensor) this, other);
    }

    /** The greatest common divisor, not negative, broadcast; integers only. */
    default Tensor gcd(Tensor other) {
        return Elementwise.binary(BinaryKind.GCD, (Tensor) this, other);
    }

    /** {@link #gcd(Tensor)} in place; the other is broadcast to this. */
    default Tensor gcd_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.GCD, (Tensor) this, other);
    }

    /** a shifted left by b bits, broadcast: 0 where b is negative or not below the width. Integers only. */
    default Tensor bitwiseLeftShift(Tensor other) {
        return Elementwise.binary(BinaryKind.SHIFT_LEFT, (Tensor) this, other);
    }

    /** {@link #bitwiseLeftShift(Tensor)} in place; the other is broadcast to this. */
    default Tensor bitwiseLeftShift_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.SHIFT_LEFT, (Tensor) this, other);
    }

    /** {@link #bitwiseLeftShift(Tensor)} with a number. */
    default Tensor bitwiseLeftShift(long other) {
        return Elementwise.binary(BinaryKind.SHIFT_LEFT, (Tensor) this, Scalar.of(other));
    }

    /** {@link #bitwiseLeftShift(long)} in place. */
    default Tensor bitwiseLeftShift_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.SHIFT_LEFT, (Tensor) this, Scalar.of(other));
    }

    /** a shifted right by b bits, keeping its sign, broadcast. Integers only. */
    default Tensor bitwiseRightShift(Tensor other) {
        return Elementwise.binary(BinaryKind.SHIFT_RIGHT, (Tensor) this, other);
    }

    /** {@link #bitwiseRightShift(Tensor)} in place; the other is broadcast to this. */
    default Tensor bitwiseRightShift_(Tensor other) {
        return Elementwise.binaryInPlace(BinaryKind.SHIFT_RIGHT, (Tensor) this, other);
    }

    /** {@link #bitwiseRightShift(Tensor)} with a number. */
    default Tensor bitwiseRightShift(long other) {
        return Elementwise.binary(BinaryKind.SHIFT_RIGHT, (Tensor) this, Scalar.of(other));
    }

    /** {@link #bitwiseRightShift(long)} in place. */
    default Tensor bitwiseRightShift_(long other) {
        return Elementwise.binaryInPlace(BinaryKind.SHIFT_RIGHT, (Tensor) this, Scalar.of(other));
    }

    /** The least common multiple, not negative, broadcast; integers only. */
    default Tensor lcm(Tensor other) {
        return Arithmetic.lcm((Tensor) this, other);
    }

    /** {@link #lcm(Tensor)} in place. */
    default Tensor lcm_(Tensor other) {
        return Elementwise.assign("lcm", (Tensor) this, lcm(other));
    }

    /** The fraction of each element, with its sign; NaN of an infinity. */
    default Tensor frac() {
        return ((Tensor) this).sub(trunc());
    }

    /** {@link #frac()} in place. */
    default Tensor frac_() {
        return Elementwise.assign("frac", (Tensor) this, frac());
    }

    /** Degrees to radians. */
    default Tensor deg2rad() {
        return mul(Math.PI / 180);
    }

    /** {@link #deg2rad()} in place. */
    default Tensor deg2rad_() {
        return Elementwise.assign("deg2rad", (Tensor) this, deg2rad());
    }

    /** Radians to degrees. */
    default Tensor rad2deg() {
        return mul(180 / Math.PI);
    }

    /** {@link #rad2deg()} in place. */
    default Tensor rad2deg_() {
        return Elementwise.assign("rad2deg", (Tensor) this, rad2deg());
    }

    /** The nearest number of {@code decimals} decimal places, ties to even; floating-point only. */
    default Tensor round(int decimals) {
        return Arithmetic.round((Tensor) this, decimals);
    }

    /** {@link #round(int)} in place. */
    default Tensor round_(int decimals) {
        return Elementwise.assign("round", (Tensor) this, round(decimals));
    }

    /** 0 for negative elements and NaN, {@code values} at 0, 1 for positive ones, broadcast; both of one dtype. No gradient. */
    default Tensor heaviside(Tensor values) {
        return Arithmetic.heaviside((Tensor) this, values);
    }

    /** {@link #heaviside(Tensor)} in place. */
    default Tensor heaviside_(Tensor values) {
        return Elementwise.assign("heaviside", (Tensor) this, heaviside(values));
    }

    /** NaN as 0, infinities as the ends of the dtype; the same for integers. */
    default Tensor nanToNum() {
        return Arithmetic.nanToNum((Tensor) this, 0, null, null);
    }

    /** {@link #nanToNum()} in place. */
    default Tensor nanToNum_() {
        return Elementwise.assign("nanToNum", (Tensor) this, nanToNum());
    }

    /** NaN and the infinities replaced; null stands for the end of the dtype. */
    default Tensor nanToNum(double nan, @Nullable Double posinf, @Nullable Double neginf) {
        return Arithmetic.nanToNum((Tensor) this, nan, posinf, neginf);
    }

    /** {@link #nanToNum(double, Double, Double)} in place. */
    default Tensor nanToNum_(double nan, @Nullable Double posinf, @Nullable Double neginf) {
        return Elementwise.assign("nanToNum", (Tensor) this, nanToNum(nan, posinf, neginf));
    }

    /** {@code this} times 2 to the power {@code other}, broadcast. */
    default Tensor ldexp(Tensor other) {
        return ((Tensor) this).mul(other.exp2());
    }

    /** {@link #ldexp(Tensor)} in place. */
    default Tensor ldexp_(Tensor other) {
        return Elementwise.assign(
                "ldexp", (Tensor) this, Elementwise.old((Tensor) this, other).ldexp(other));
    }

    /** {@link #pow(Tensor)} computed in {@code F64}, its result. */
    default Tensor floatPower(Tensor exponent) {
        return ((Tensor) this).to(DType.F64).pow(exponent.to(DType.F64));
    }

    /** {@link #floatPower(Tensor)} in place. */
    default Tensor floatPower_(Tensor exponent) {
        return Powers.floatPowerInPlace((Tensor) this, exponent);
    }

    /** {@link #pow(double)} computed in {@code F64}, its result. */
    default Tensor floatPower(double exponent) {
        return ((Tensor) this).to(DType.F64).pow(exponent);
    }

    /** {@link #floatPower(double)} in place. */
    default Tensor floatPower_(double exponent) {
        return Powers.floatPowerInPlace((Tensor) this, exponent);
    }

    /** The larger; where one is NaN the other, broadcast. */
    default Tensor fmax(Tensor other) {
        return Arithmetic.fmax((Tensor) this, other);
    }

    /** The smaller; where one is NaN the other, broadcast. */
    default Tensor fmin(Tensor other) {
        return Arithmetic.fmin((Tensor) this, other);
    }

    /** {@code base} to the power of each element. */
    default Tensor rpow(double base) {
        return Elementwise.binary(BinaryKind.POW, Scalar.of(base), (Tensor) this);
    }

    /** {@code base} to the power of each element. */
    default Tensor rpow(long base) {
        return Elementwise.binary(BinaryKind.POW, Scalar.of(base), (Tensor) this);
    }

    /** {@code this + weight * (end - this)}, broadcast; the dtypes must agree. */
    default Tensor lerp(Tensor end, Tensor weight) {
        return Arithmetic.lerp((Tensor) this, end, weight);
    }

    /** {@link #lerp(Tensor, Tensor)} in place. */
    default Tensor lerp_(Tensor end, Tensor weight) {
        return Elementwise.assign("lerp", (Tensor) this, lerp(end, weight));
    }

    /** {@code this + a * b}. */
    default Tensor addcmul(Tensor a, Tensor b) {
        return add(Arithmetic.product((Tensor) this, a, b, 1));
    }

    /** {@link #addcmul(Tensor, Tensor)} in place. */
    default Tensor addcmul_(Tensor a, Tensor b) {
        return add_(Arithmetic.product((Tensor) this, a, b, 1));
    }

    /** {@code this + a / b}. */
    default Tensor addcdiv(Tensor a, Tensor b) {
        return add(Arithmetic.quotient((Tensor) this, a, b, 1));
    }

    /** {@link #addcdiv(Tensor, Tensor)} in place. */
    default Tensor addcdiv_(Tensor a, Tensor b) {
        return add_(Arithmetic.quotient((Tensor) this, a, b, 1));
    }

    /** {@link #div(Tensor, RoundingMode)} in place. */
    default Tensor div_(Tensor other, RoundingMode mode) {
        BinaryKind kind = mode == RoundingMode.FLOOR ? BinaryKind.FLOOR_DIVIDE : BinaryKind.TRUNC_DIVIDE;
        return Elementwise.binaryInPlace(kind, (Tensor) this, other);
    }

    /** {@link #clamp(Scalar, Scalar)} with tensors, broadcast; null for no bound. Where they cross, the upper one counts. */
    default Tensor clamp(@Nullable Tensor min, @Nullable Tensor max) {
        return Elementwise.clamp((Tensor) this, min, max);
    }

    /** {@link #clamp(Tensor, Tensor)} in place. */
    default Tensor clamp_(@Nullable Tensor min, @Nullable Tensor max) {
        return Elementwise.assign(
                "clamp", (Tensor) this, Elementwise.old((Tensor) this).clamp(min, max));
    }

    /** {@link #clamp(double, double)} in place. */
    default Tensor clamp_(double min, double max) {
        return clamp_(Scalar.of(min), Scalar.of(max));
    }

    /** {@link #clamp(long, long)} in place. */
    default Tensor clamp_(long min, long max) {
        return clamp_(Scalar.of(min), Scalar.of(max));
    }

    /** {@link #clamp(Scalar, Scalar)} with an integer, without an upper bound. */
    default Tensor clampMin(long min) {
        return clamp(Scalar.of(min), null);
    }

    /** {@link #clamp(Tensor, Tensor)} without an upper bound. */
    default Tensor clampMin(Tensor min) {
        return clamp(min, null);
    }

    /** {@link #clampMin(double)} in place. */
    default Tensor clampMin_(double min) {
        return clamp_(Scalar.of(min), null);
    }

    /** {@link #clampMin(long)} in place. */
    default Tensor clampMin_(long min) {
        return clamp_(Scalar.of(min), null);
    }

    /** {@link #clampMin(Tensor)} in place. */
    default Tensor clampMin_(Tensor min) {
        return clamp_(min, null);
    }

    /** {@link #clamp(Scalar, Scalar)} with an integer, without a lower bound. */
    default Tensor clampMax(long max) {
        return clamp(null, Scalar.of(max));
    }

    /** {@link #clamp(Tensor, Tensor)} without a lower bound. */
    default Tensor clampMax(Tensor max) {
        return clamp(null, max);
    }

    /** {@link #clampMax(double)} in place. */
    default Tensor clampMax_(double max) {
        return clamp_(null, Scalar.of(max));
    }

    /** {@link #clampMax(long)} in place. */
    default Tensor clampMax_(long max) {
        return clamp_(null, Scalar.of(max));
    }

    /** {@link #clampMax(Tensor)} in place. */
    default Tensor clampMax_(Tensor max) {
        return clamp_(null, max);
    }

    /** {@link #maskedFill(Tensor, double)} with a zero-dimensional tensor, which gets its gradient. */
    default Tensor maskedFill(Tensor mask, Tensor value) {
        return Masks.fill((Tensor) this, mask, value);
    }

    /** {@link #maskedFill(Tensor, long)} in place. */
    default Tensor maskedFill_(Tensor mask, long value) {
        return Elementwise.assign("maskedFill", (Tensor) this, maskedFill(mask, value));
    }

    /** {@link #maskedFill(Tensor, Tensor)} in place. */
    default Tensor maskedFill_(Tensor mask, Tensor value) {
        return Elementwise.assign("maskedFill", (Tensor) this, maskedFill(mask, value));
    }

    /** This where {@code condition} (bool) holds, else {@code other}; all broadcast. */
    default Tensor where(Tensor condition, Tensor other) {
        return Tensor.where(condition, (Tensor) this, other);
    }
}
