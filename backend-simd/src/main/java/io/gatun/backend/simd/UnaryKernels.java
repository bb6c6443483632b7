package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.UnaryKind;
import java.util.Objects;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** The kernels of {@link UnaryKind}, stamped on first use and kept by kind and dtype. */
final class UnaryKernels {
    private static final @Nullable ElementKernel[] KERNELS =
            new ElementKernel[UnaryKind.values().length * DType.values().length];

    private static final @Nullable ElementKernel[] GELU = new ElementKernel[4];

    private UnaryKernels() {}

    /**
     * The kernel on contiguous elements.
     *
     * @param lanes the dtype computed in ({@link Lanes#computed}), but BOOL for bool; a half type where the function is cheap
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

    /** As {@link #of}, for a function of floating-point numbers that is not the identity. */
    static ElementKernel required(UnaryKind kind, DType lanes) {
        return Objects.requireNonNull(of(kind, lanes), kind::name);
    }

    /** The function of x, or its gradient's of g and x, on F32. */
    static ElementKernel gelu(boolean gradient, boolean tanh) {
        int at = (gradient ? 2 : 0) + (tanh ? 1 : 0);
        ElementKernel kernel = GELU[at];
        if (kernel == null) {
            var species = Lanes.species(DType.F32);
            kernel = gradient
                    ? Stamp.kernel(
                            ElementKernel.class,
                            HeavyBinaryTemplate.class,
                            species,
                            Stamp.of(BinaryBody.class, GeluF32.class, tanh),
                            false,
                            false)
                    : Stamp.kernel(
                            ElementKernel.class,
                            HeavyUnaryTemplate.class,
                            species,
                            Stamp.of(UnaryBody.class, GeluF32.class, tanh));
            GELU[at] = kernel; // as above
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
            return Stamp.kernel(
                    ElementKernel.class, MaskTemplate.class, Lanes.species(lanes), predicate(kind, lanes), false, true);
        }
        if (LongUnaryKernels.has(kind, lanes)) {
            return LongUnaryKernels.of(kind, lanes);
        }
        if (isOfAngle(kind)) {
            ElementKernel kernel = Stamp.kernel(
                    ElementKernel.class, HeavyUnaryTemplate.class, Lanes.species(lanes), body(kind, lanes));
            return new LargeAngles(kernel, kind, lanes == DType.F64);
        }
        if (Halves.isHalf(lanes)) {
            return Stamp.kernel(
                    ElementKernel.class,
                    HeavyUnaryTemplate.class,
                    Halves.species(lanes),
                    Stamp.of(UnaryBody.class, HalvesTemplate.class, lanes, body(kind, DType.F32)));
        }
        return isCheap(kind)
                ? Stamp.kernel(ElementKernel.class, UnaryTemplate.class, Lanes.species(lanes), body(kind, lanes))
                : Stamp.kernel(ElementKernel.class, HeavyUnaryTemplate.class, Lanes.species(lanes), body(kind, lanes));
    }

    private static boolean isOfAngle(UnaryKind kind) {
        return kind == UnaryKind.SIN || kind == UnaryKind.COS || kind == UnaryKind.TAN;
    }

    /** Whether it is an instruction or two. */
    static boolean isCheap(UnaryKind kind) {
        return switch (kind) {
            case ABS, NEG, SQUARE, RELU, SQRT, RECIPROCAL, RSQRT, BITWISE_NOT -> true;
            default -> false;
        };
    }

    private static MaskBody<?> predicate(UnaryKind kind, DType lanes) {
        boolean floating = lanes.isFloatingPoint();
        return switch (kind) {
            case LOGICAL_NOT, BITWISE_NOT -> mask(VectorOperators.EQ, true);
            case ISNAN -> floating ? mask(VectorOperators.IS_NAN, false) : mask(VectorOperators.LT, false); // a < a
            case ISINF -> floating ? mask(VectorOperators.IS_INFINITE, false) : mask(VectorOperators.LT, false);
            case ISFINITE -> floating ? mask(VectorOperators.IS_FINITE, false) : mask(VectorOperators.EQ, false);
            default -> throw new IllegalStateException(kind + " is no predicate");
        };
    }

    private static MaskBody<?> mask(VectorOperators.Operator operator, boolean withZero) {
        return Stamp.of(MaskBody.class, MaskBodies.class, operator, withZero);
    }

    /** The function of one vector. */
    static UnaryBody<?> body(UnaryKind kind, DType lanes) {
        return switch (kind) {
            case ABS -> lanewise(VectorOperators.ABS);
            case NEG -> lanewise(VectorOperators.NEG);
            case SQRT -> lanewise(VectorOperators.SQRT);
            case BITWISE_NOT -> lanewise(VectorOperators.NOT);
            case EXP, EXPM1, SIGMOID, SINH, COSH, TANH, ERF ->
                stamped(lanes, ExponentialF32.class, ExponentialF64.class, kind);
            case LOG, LOG1P, LOG2, LOG10, ASINH, ACOSH, ATANH ->
                stamped(lanes, LogarithmF32.class, LogarithmF64.class, kind);
            case SIN, COS, TAN, ASIN, ACOS, ATAN -> stamped(lanes, AngleF32.class, AngleF64.class, kind);
            case SIGN, SQUARE, RELU, FLOOR, CEIL, ROUND, TRUNC, RSQRT, RECIPROCAL ->
                lanes.isFloatingPoint()
                        ? Stamp.of(UnaryBody.class, FloatingBody.class, kind)
                        : Stamp.of(UnaryBody.class, IntegerBody.class, kind, lanes == DType.U8);
            case ERFC, ERFINV, LGAMMA, DIGAMMA -> throw new IllegalStateException(kind + " takes several kernels");
            case LOGICAL_NOT, ISNAN, ISINF, ISFINITE -> throw new IllegalStateException(kind + " is a predicate");
        };
    }

    @SuppressWarnings("rawtypes")
    private static UnaryBody<?> stamped(
            DType lanes, Class<? extends UnaryBody> f32, Class<? extends UnaryBody> f64, UnaryKind kind) {
        return Stamp.of(UnaryBody.class, lanes == DType.F32 ? f32 : f64, kind);
    }

    private static UnaryBody<?> lanewise(VectorOperators.Unary operator) {
        return Stamp.of(UnaryBody.class, LanewiseUnary.class, operator);
    }
}
