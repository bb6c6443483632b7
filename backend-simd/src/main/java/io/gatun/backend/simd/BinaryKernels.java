package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.UnaryKind;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** The kernels of {@link BinaryKind}, stamped on first use and kept by kind, dtype and which operand is broadcast. */
final class BinaryKernels {
    private static final int PATTERNS = 3;
    private static final @Nullable ElementKernel[] KERNELS =
            new ElementKernel[BinaryKind.values().length * DType.values().length * PATTERNS];

    private BinaryKernels() {}

    /**
     * The kernel on contiguous elements, or with one element of a, or of b, for all (not both).
     *
     * @param lanes the dtype computed in ({@link Lanes#computed}), but BOOL for bool; a half type where the function is
     *     cheap
     */
    static ElementKernel of(BinaryKind kind, DType lanes, boolean aBroadcast, boolean bBroadcast) {
        int pattern = aBroadcast ? 1 : bBroadcast ? 2 : 0;
        int at = (Stamp.place(kind) * DType.values().length + Stamp.place(lanes)) * PATTERNS + pattern;
        ElementKernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = stamp(kind, lanes, aBroadcast, bBroadcast);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    private static ElementKernel stamp(BinaryKind kind, DType lanes, boolean aBroadcast, boolean bBroadcast) {
        if (!lanes.isFloatingPoint() && isScalar(kind)) {
            return Stamp.kernel(ElementKernel.class, LongBinaryTemplate.class, lanes, kind, aBroadcast, bBroadcast);
        }
        if (kind == BinaryKind.ZETA) {
            return Stamp.kernel(ElementKernel.class, DoubleBinaryTemplate.class, lanes, kind, aBroadcast, bBroadcast);
        }
        if (kind == BinaryKind.POW) {
            return PowerKernels.of(lanes, aBroadcast ? 0 : bBroadcast ? 1 : -1);
        }
        boolean half = Halves.isHalf(lanes);
        VectorSpecies<?> species = half ? Halves.species(lanes) : Lanes.species(lanes);
        BinaryBody<?> body = half
                ? Stamp.of(BinaryBody.class, HalvesTemplate.class, lanes, body(kind, DType.F32))
                : body(kind, lanes);
        return isCheap(kind) && !half
                ? Stamp.kernel(ElementKernel.class, BinaryTemplate.class, species, body, aBroadcast, bBroadcast)
                : Stamp.kernel(ElementKernel.class, HeavyBinaryTemplate.class, species, body, aBroadcast, bBroadcast);
    }

    private static boolean isScalar(BinaryKind kind) {
        return switch (kind) {
            case FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER, POW, SHIFT_LEFT, SHIFT_RIGHT, GCD -> true;
            default -> false;
        };
    }

    /** Whether it is an instruction. */
    static boolean isCheap(BinaryKind kind) {
        return switch (kind) {
            case ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM, BITWISE_AND, BITWISE_OR, BITWISE_XOR -> true;
            default -> false;
        };
    }

    /** A new copy of the function of vectors. */
    static BinaryBody<?> body(BinaryKind kind, DType lanes) {
        return switch (kind) {
            case ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM, BITWISE_AND, BITWISE_OR, BITWISE_XOR ->
                Stamp.of(BinaryBody.class, LanewiseBinary.class, operator(kind, lanes));
            case ATAN2 ->
                Stamp.of(BinaryBody.class, lanes == DType.F32 ? AngleF32.class : AngleF64.class, UnaryKind.ATAN);
            case POW -> throw new IllegalStateException(kind + " takes several kernels");
            case ZETA, SHIFT_LEFT, SHIFT_RIGHT, GCD -> throw new IllegalStateException(kind + " has no vector form");
            case FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER, HYPOT, COPYSIGN ->
                Stamp.of(BinaryBody.class, FloatingDivision.class, kind);
        };
    }

    /** The Vector API's operator of an {@link #isCheap} function; bool takes ADD for "or" and MUL for "and". */
    static VectorOperators.Binary operator(BinaryKind kind, DType lanes) {
        boolean bool = lanes == DType.BOOL;
        boolean unsigned = lanes == DType.U8;
        return switch (kind) {
            case ADD -> bool ? VectorOperators.OR : VectorOperators.ADD;
            case SUB -> VectorOperators.SUB;
            case MUL -> bool ? VectorOperators.AND : VectorOperators.MUL;
            case DIV -> VectorOperators.DIV;
            case MAXIMUM -> bool || unsigned ? VectorOperators.UMAX : VectorOperators.MAX;
            case MINIMUM -> bool || unsigned ? VectorOperators.UMIN : VectorOperators.MIN;
            case BITWISE_AND -> VectorOperators.AND;
            case BITWISE_OR -> VectorOperators.OR;
            case BITWISE_XOR -> VectorOperators.XOR;
            default -> throw Stamp.notHere(kind);
        };
    }
}
