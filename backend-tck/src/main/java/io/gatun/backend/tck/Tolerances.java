package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.op.ScatterKind;
import io.gatun.tensor.op.UnaryKind;

/**
 * How far a backend's results may be from the reference's, operator by operator, each with its reason: the one place
 * where tolerances are set and reviewed. What is not floating-point is exact.
 *
 * <p>The reference computes in double and rounds once. For {@code F32} the basic operations of a double, rounded to a
 * float, are those of a float ({@code 53 >= 2 * 24 + 2}), so "exact" below asks nothing but correct rounding.
 */
final class Tolerances {
    /** Most functions are within 2 units, tan and tanh within 2.5; the reference itself may be off by 1. */
    private static final Tolerance FUNCTION = Tolerance.ofResult(4);

    private Tolerances() {}

    static Tolerance of(Op op, DType dtype) {
        if (!dtype.isFloatingPoint()) {
            return Tolerance.EXACT;
        }
        return switch (op) {
            case Op.Unary(var kind) -> unary(kind, dtype);
            case Op.Binary(var kind) -> binary(kind);
            // Moved, chosen, compared or counted: no arithmetic is done.
            case Op.Compare _,
                    Op.Where _,
                    Op.Clamp _,
                    Op.Copy _,
                    Op.Fill _,
                    Op.ArgReduce _,
                    Op.ArgScan _,
                    Op.Sort _,
                    Op.Gather _,
                    Op.IndexSelect _,
                    Op.Nonzero _,
                    Op.Concat _,
                    Op.Pad _,
                    Op.Conj _,
                    Op.Fft _,
                    Op.MaxPool _ -> Tolerance.EXACT;
            // One rounding, to nearest, ties to even.
            case Op.Cast _ -> Tolerance.EXACT;
            // Computed in double and rounded once, by definition; a fused multiply-add may differ by a unit.
            case Op.Arange _ -> Tolerance.ofResult(1);
            // Philox defines them to the last bit.
            case Op.Random _ -> Tolerance.EXACT;
            case Op.Reduce(var kind, var _, var _) -> reduce(kind);
            // Sequential sums: half a unit a term, of a few hundred terms; products likewise.
            case Op.Scan(var product, var _) -> product ? Tolerance.ofResult(128) : Tolerance.ofTerms(64);
            // Sums of up to some hundred products in a few accumulators.
            case Op.MatMul _ -> Tolerance.ofTerms(16);
            // Up to some eighty additions in one place, each rounded by half a unit where the reference rounds once.
            case Op.Scatter(var _, var kind) -> scatter(kind);
            case Op.IndexAdd _ -> Tolerance.ofTerms(48);
            // Up to nine.
            case Op.MaxPoolGradient _ -> Tolerance.ofTerms(8);
            // An exponential, whose argument's rounding error counts up to the argument's size, a sum and a division.
            case Op.Softmax _ -> Tolerance.ofResult(32);
            // A difference with the logarithm of such a sum, which may cancel.
            case Op.LogSoftmax _, Op.CrossEntropy _ -> Tolerance.ofOperands(16);
            // Exponentials of such differences, and sums of products that cancel.
            case Op.SoftmaxGradient _, Op.CrossEntropyGradient _, Op.NormalizeGradient _, Op.NormalizeWeight _ ->
                Tolerance.ofOperands(64);
            // Sums of products, of which exponentials are taken and summed; decompositions round in between.
            case Op.Attention _, Op.AttentionGradient _ -> Tolerance.ofOperands(256);
            // The mean is subtracted, which cancels, and the rest divided by its deviation.
            case Op.Normalize _ -> Tolerance.ofOperands(64);
            // A product and a sum, rounded once or twice.
            case Op.ChannelScale _ -> Tolerance.ofOperands(4);
            // One product with such a number.
            case Op.Dropout _ -> Tolerance.EXACT;
            // Some ten operations, of which the sums cancel.
            case Op.Step _ -> Tolerance.ofOperands(16);
            // One plus the error function, which cancels for negative operands, times these; decompositions round in
            // between.
            case Op.Gelu _ -> Tolerance.ofOperands(8);
            // And the slope of the tangent, which cancels too, times the operand's cube and the gradient.
            case Op.GeluGradient _ -> Tolerance.ofOperands(128);
            // Sums of up to some hundred products in each of a few steps, whose errors the next ones take on.
            case Op.LstmSteps _, Op.LstmStepsGradient _ -> Tolerance.ofOperands(64);
            // Sums of up to some hundred products; decompositions round in between.
            case Op.Convolution _,
                    Op.ConvolutionInput _,
                    Op.ConvolutionWeight _,
                    Op.AveragePool _,
                    Op.AveragePoolInput _ -> Tolerance.ofTerms(32);
            // A product of pivots: a rounding each, after some tens of operations on well-conditioned matrices.
            case Op.Det _, Op.SlogDet _ -> Tolerance.ofResult(128);
            // Backward stable: the error is a multiple of the matrix's size, for orders up to some tens.
            case Op.Cholesky _, Op.SolveTriangular _, Op.Solve _, Op.Inverse _, Op.Qr _, Op.Svd _, Op.Eigh _ ->
                Tolerance.ofOperands(128);
            // As those, but it divides by singular values down to a thousandth of the largest.
            case Op.Pinv _ -> Tolerance.ofOperands(4096);
            case Op.View _ -> throw new IllegalArgumentException(op.operatorName() + " is a view: it has no result");
        };
    }

    /**
     * For complex operands: formulas on the parts, which every backend computes by the same real operators in the same
     * order. What these compute exactly is exact here too; functions are near relative to the number's magnitude, of which
     * one part may be a small difference.
     */
    static Tolerance ofComplex(Op op) {
        return switch (op) {
            case Op.Unary(var kind) ->
                switch (kind) {
                    case NEG, SQUARE, RECIPROCAL, LOGICAL_NOT, ISNAN, ISINF, ISFINITE -> Tolerance.EXACT;
                    // A few functions each within 4 units, multiplied; angles up to 20 turn an error round.
                    default -> Tolerance.ofResult(64);
                };
            case Op.Binary(var kind) -> kind == BinaryKind.POW ? Tolerance.ofResult(256) : Tolerance.EXACT;
            case Op.Reduce _, Op.Scan _, Op.MatMul _, Op.IndexAdd _, Op.Scatter _ -> of(op, DType.F64);
            // Sums of up to some hundred terms, each as large as the largest operand, rounded in any order.
            case Op.Fft _ -> Tolerance.ofOperands(1024);
            default -> Tolerance.EXACT;
        };
    }

    private static Tolerance scatter(ScatterKind kind) {
        return switch (kind) {
            case PUT, MAXIMUM, MINIMUM -> Tolerance.EXACT;
            case ADD -> Tolerance.ofTerms(48);
            case MULTIPLY -> Tolerance.ofResult(48);
        };
    }

    private static Tolerance unary(UnaryKind kind, DType dtype) {
        return switch (kind) {
            // Correctly rounded everywhere: IEEE 754 basic operations, signs and roundings.
            case ABS,
                    NEG,
                    SIGN,
                    SQUARE,
                    RELU,
                    FLOOR,
                    CEIL,
                    ROUND,
                    TRUNC,
                    SQRT,
                    RECIPROCAL,
                    BITWISE_NOT,
                    LOGICAL_NOT,
                    ISNAN,
                    ISINF,
                    ISFINITE -> Tolerance.EXACT;
            // A square root and a division, two roundings.
            case RSQRT -> Tolerance.ofResult(2);
            case EXP,
                    EXPM1,
                    LOG,
                    LOG1P,
                    LOG2,
                    LOG10,
                    SIN,
                    COS,
                    TAN,
                    ASIN,
                    ACOS,
                    ATAN,
                    SINH,
                    COSH,
                    TANH,
                    ERF,
                    SIGMOID,
                    ASINH,
                    ACOSH,
                    ATANH -> FUNCTION;
            // Five units of a double in the reference, and five in CUDA's; narrower dtypes do not see the reference's.
            case ERFC -> dtype == DType.F64 ? Tolerance.ofResult(10) : FUNCTION;
            // Four units of a double, here and in the reference, which narrower dtypes, rounded from that, do not see.
            case ERFINV -> Tolerance.ofResult(dtype == DType.F64 ? 8 : 1);
            // In F64 a logarithm, a reciprocal and a series of up to some tens, which cancel near the zeros.
            case LGAMMA, DIGAMMA -> dtype == DType.F64 ? Tolerance.ofOperands(64) : Tolerance.ofResult(1);
        };
    }

    private static Tolerance binary(BinaryKind kind) {
        return switch (kind) {
            // Correctly rounded, or exact by definition: remainders and truncated quotients are.
            case ADD,
                    SUB,
                    MUL,
                    DIV,
                    TRUNC_DIVIDE,
                    FMOD,
                    REMAINDER,
                    MAXIMUM,
                    MINIMUM,
                    COPYSIGN,
                    BITWISE_AND,
                    BITWISE_OR,
                    BITWISE_XOR,
                    SHIFT_LEFT,
                    SHIFT_RIGHT,
                    GCD -> Tolerance.EXACT;
            // Where quotients need all of a dtype's digits, the dividend less its remainder is rounded before the
            // division.
            case FLOOR_DIVIDE -> Tolerance.ofResult(2);
            case POW, ATAN2, HYPOT -> FUNCTION;
            // As the functions of one operand that both backends share.
            case ZETA -> Tolerance.ofResult(1);
        };
    }

    private static Tolerance reduce(ReduceKind kind) {
        return switch (kind) {
            // Pairwise summation's error grows with the logarithm of the count; blocks of a hundred or so are plain.
            case SUM, MEAN -> Tolerance.ofTerms(16);
            // Half a unit a factor, here and in the reference, of up to a thousand factors.
            case PROD -> Tolerance.ofResult(1024);
            case AMAX, AMIN, ALL, ANY -> Tolerance.EXACT;
        };
    }
}
