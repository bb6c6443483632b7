package io.gatun.tensor.op;

/**
 * Which operators are defined for complex operands: arithmetic, the functions that are analytic, equality, sums and
 * whatever moves elements. There is no order among complex numbers, so what compares, rounds, clamps or sorts is not.
 */
final class ComplexRules {
    private ComplexRules() {}

    static boolean defined(Op.Kernel op) {
        return switch (op) {
            case Op.Unary(var kind) -> defined(kind);
            case Op.Binary(var kind) ->
                switch (kind) {
                    case ADD, SUB, MUL, DIV, POW -> true;
                    case FLOOR_DIVIDE,
                            TRUNC_DIVIDE,
                            FMOD,
                            REMAINDER,
                            ATAN2,
                            COPYSIGN,
                            HYPOT,
                            ZETA,
                            MAXIMUM,
                            MINIMUM,
                            BITWISE_AND,
                            BITWISE_OR,
                            BITWISE_XOR,
                            SHIFT_LEFT,
                            SHIFT_RIGHT,
                            GCD -> false;
                };
            case Op.Compare(var kind) ->
                switch (kind) {
                    case EQ, NE -> true;
                    case LT, LE, GT, GE -> false;
                };
            case Op.Reduce(var kind, var _, var _) ->
                switch (kind) {
                    case SUM, MEAN -> true;
                    case PROD, AMAX, AMIN, ALL, ANY -> false;
                };
            case Op.Scan(var product, var _) -> !product;
            case Op.Scatter(var _, var kind) ->
                switch (kind) {
                    case PUT, ADD -> true;
                    case MULTIPLY, MAXIMUM, MINIMUM -> false;
                };
            case Op.Where _,
                    Op.Cast _,
                    Op.Copy _,
                    Op.Fill _,
                    Op.MatMul _,
                    Op.Gather _,
                    Op.IndexSelect _,
                    Op.IndexAdd _,
                    Op.Nonzero _ -> true;
            case Op.Clamp _, Op.Arange _, Op.Random _, Op.ArgReduce _, Op.ArgScan _, Op.Sort _ -> false;
        };
    }

    static boolean defined(Op.Composite op) {
        return switch (op) {
            case Op.Concat _, Op.Pad _, Op.Conj _, Op.Fft _ -> true;
            case Op.Softmax _,
                    Op.LogSoftmax _,
                    Op.Convolution _,
                    Op.ConvolutionInput _,
                    Op.ConvolutionWeight _,
                    Op.MaxPool _,
                    Op.LinearAlgebra _,
                    Op.Pinv _ -> false;
        };
    }

    private static boolean defined(UnaryKind kind) {
        return switch (kind) {
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
}
