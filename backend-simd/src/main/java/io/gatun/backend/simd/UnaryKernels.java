package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.UnaryKind;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** The kernels of {@link UnaryKind}, stamped on first use and kept by kind and dtype. */
final class UnaryKernels {
    private static final @Nullable ElementKernel[] KERNELS =
            new ElementKernel[UnaryKind.values().length * DType.values().length];

    private UnaryKernels() {}

    /**
     * The kernel on contiguous elements.
     *
     * @param lanes the dtype computed in ({@link Lanes#computed}), but BOOL for bool
     * @return null where the function is the identity, such as the floor of an integer
     */
    static @Nullable ElementKernel of(UnaryKind kind, DType lanes) {
        int at = Stamp.place(kind) * DType.values().length + Stamp.place(lanes);
        ElementKernel kernel = KERNELS[at];
        if (kernel == null && !isIdentity(kind, lanes)) {
            kernel = stamp(kind, lanes);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    private static boolean isIdentity(UnaryKind kind, DType lanes) {
        return switch (kind) {
            case FLOOR, CEIL, ROUND, TRUNC -> !lanes.isFloatingPoint();
            case ABS, RELU -> lanes == DType.U8;
            default -> false;
        };
    }

    private static ElementKernel stamp(UnaryKind kind, DType lanes) {
        if (kind.isPredicate() || lanes == DType.BOOL) {
            return Stamp.of(MaskTemplate.class, Lanes.species(lanes), predicate(kind, lanes), false, true);
        }
        if (kind == UnaryKind.ERF && lanes == DType.F64) {
            BinaryBody<Double> second = MathF64::erf;
            return new TwoStepKernel(
                    Stamp.of(HeavyUnaryTemplate.class, Lanes.species(lanes), body(kind, lanes)),
                    Stamp.of(HeavyBinaryTemplate.class, Lanes.species(lanes), second, false, false),
                    Double.BYTES);
        }
        return isCheap(kind)
                ? Stamp.of(UnaryTemplate.class, Lanes.species(lanes), body(kind, lanes))
                : Stamp.of(HeavyUnaryTemplate.class, Lanes.species(lanes), body(kind, lanes));
    }

    private static boolean isCheap(UnaryKind kind) {
        return switch (kind) {
            case ABS, NEG, SQUARE, RELU, SQRT, RECIPROCAL, RSQRT, BITWISE_NOT -> true;
            default -> false;
        };
    }

    private static MaskBody<?> predicate(UnaryKind kind, DType lanes) {
        boolean floating = lanes.isFloatingPoint();
        return switch (kind) {
            case LOGICAL_NOT, BITWISE_NOT -> (a, _) -> a.eq(a.broadcast(0));
            case ISNAN -> floating ? test(VectorOperators.IS_NAN) : (a, _) -> a.lt(a); // no integer is NaN
            case ISINF -> floating ? test(VectorOperators.IS_INFINITE) : (a, _) -> a.lt(a);
            case ISFINITE -> floating ? test(VectorOperators.IS_FINITE) : (a, _) -> a.eq(a);
            default -> throw new IllegalStateException(kind + " is no predicate");
        };
    }

    private static <E> MaskBody<E> test(VectorOperators.Test operator) {
        return (a, _) -> a.test(operator);
    }

    private static UnaryBody<?> body(UnaryKind kind, DType lanes) {
        return switch (kind) {
            case ABS -> lanewise(VectorOperators.ABS);
            case NEG -> lanewise(VectorOperators.NEG);
            case SIGN -> sign(lanes);
            case SQUARE -> x -> square(x);
            case RELU -> x -> FloatingMath.relu(x);
            case FLOOR -> x -> FloatingMath.floor(x);
            case CEIL -> x -> FloatingMath.ceil(x);
            case ROUND -> x -> FloatingMath.round(x);
            case TRUNC -> x -> FloatingMath.trunc(x);
            case EXP -> lanewise(VectorOperators.EXP);
            case EXPM1 -> lanewise(VectorOperators.EXPM1);
            case LOG -> lanewise(VectorOperators.LOG);
            case LOG1P -> lanewise(VectorOperators.LOG1P);
            case LOG2 -> lanes == DType.F32 ? (UnaryBody<Float>) MathF32::log2 : (UnaryBody<Double>) MathF64::log2;
            case LOG10 -> lanewise(VectorOperators.LOG10);
            case SQRT -> lanewise(VectorOperators.SQRT);
            case RSQRT -> x -> FloatingMath.rsqrt(x);
            case RECIPROCAL -> x -> FloatingMath.reciprocal(x);
            case SIN -> lanewise(VectorOperators.SIN);
            case COS -> lanewise(VectorOperators.COS);
            case TAN -> lanewise(VectorOperators.TAN);
            case ASIN -> lanewise(VectorOperators.ASIN);
            case ACOS -> lanewise(VectorOperators.ACOS);
            case ATAN -> lanewise(VectorOperators.ATAN);
            case SINH -> lanewise(VectorOperators.SINH);
            case COSH -> lanewise(VectorOperators.COSH);
            case TANH -> lanewise(VectorOperators.TANH);
            case SIGMOID -> x -> FloatingMath.sigmoid(x);
            case ERF -> lanes == DType.F32 ? (UnaryBody<Float>) MathF32::erf : (UnaryBody<Double>) MathF64::erfAboveOne;
            case BITWISE_NOT -> lanewise(VectorOperators.NOT);
            case LOGICAL_NOT, ISNAN, ISINF, ISFINITE -> throw new IllegalStateException(kind + " is a predicate");
        };
    }

    /** A field of a lambda's class is a constant to the JIT, so the operator is one in every copy. */
    private static <E> UnaryBody<E> lanewise(VectorOperators.Unary operator) {
        return x -> x.lanewise(operator);
    }

    private static <E> Vector<E> square(Vector<E> x) {
        return x.mul(x);
    }

    private static UnaryBody<?> sign(DType lanes) {
        if (lanes.isFloatingPoint()) {
            return x -> FloatingMath.sign(x);
        }
        return lanes == DType.U8 ? x -> positive(x) : x -> integerSign(x);
    }

    private static <E> Vector<E> integerSign(Vector<E> x) {
        return x.min(x.broadcast(1)).max(x.broadcast(-1));
    }

    private static <E> Vector<E> positive(Vector<E> x) {
        return x.lanewise(VectorOperators.UMIN, x.broadcast(1));
    }
}
