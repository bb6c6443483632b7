package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/**
 * Functions of one vector that the Vector API lacks, written once for F32 and F64: only constants that are whole numbers
 * occur, which any vector can broadcast. {@link MathF32} and {@link MathF64} hold the rest. Class data: the
 * {@link UnaryKind}.
 */
final class FloatingBody<E> implements UnaryBody<E> {
    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, UnaryKind.class);

    FloatingBody() {}

    @Override
    public Vector<E> apply(Vector<E> x) {
        return switch (KIND) {
            case RELU -> x.max(x.broadcast(0));
            case SIGN -> sign(x);
            case SQUARE -> x.mul(x);
            case RECIPROCAL -> x.broadcast(1).div(x);
            case RSQRT -> x.broadcast(1).div(x.lanewise(VectorOperators.SQRT));
            case ROUND -> round(x);
            case FLOOR -> floor(x);
            case CEIL -> ceil(x);
            case TRUNC -> trunc(x);
            default -> throw Stamp.notHere(KIND);
        };
    }

    /** 1, 0 or -1; 0 for NaN. */
    private static <E> Vector<E> sign(Vector<E> x) {
        return x.broadcast(0).blend(1, x.compare(VectorOperators.GT, 0)).blend(-1, x.compare(VectorOperators.LT, 0));
    }

    /**
     * The nearest integral value, ties to even. Adding 2^(precision - 1) to |x| leaves no room for a fraction, and the
     * addition rounds as wanted; larger numbers are integral already. NaN and infinity compare false and stay.
     */
    private static <E> Vector<E> round(Vector<E> x) {
        Vector<E> magnitude = x.lanewise(VectorOperators.ABS);
        Vector<E> big = x.broadcast(x.elementSize() == 32 ? 1L << 23 : 1L << 52);
        Vector<E> rounded = magnitude.add(big).sub(big);
        return copySign(magnitude.blend(rounded, magnitude.compare(VectorOperators.LT, big)), x);
    }

    private static <E> Vector<E> floor(Vector<E> x) {
        Vector<E> nearest = round(x);
        return nearest.blend(nearest.sub(x.broadcast(1)), nearest.compare(VectorOperators.GT, x));
    }

    /** Of -0.5 it is -0: x's sign is given back last. */
    private static <E> Vector<E> ceil(Vector<E> x) {
        Vector<E> nearest = round(x);
        Vector<E> up = nearest.blend(nearest.add(x.broadcast(1)), nearest.compare(VectorOperators.LT, x));
        return copySign(up, x);
    }

    private static <E> Vector<E> trunc(Vector<E> x) {
        Vector<E> magnitude = x.lanewise(VectorOperators.ABS);
        Vector<E> big = x.broadcast(x.elementSize() == 32 ? 1L << 23 : 1L << 52);
        Vector<E> nearest = magnitude.add(big).sub(big);
        Vector<E> down = nearest.blend(nearest.sub(x.broadcast(1)), nearest.compare(VectorOperators.GT, magnitude));
        return copySign(magnitude.blend(down, magnitude.compare(VectorOperators.LT, big)), x);
    }

    /**
     * |magnitude| with the sign of {@code sign}. By typed vectors: {@code viewAsIntegralLanes} is not seen through by the
     * JIT, and boxes (measured: 6 to 17 ns an element for what takes 0.3).
     */
    @SuppressWarnings("unchecked")
    private static <E> Vector<E> copySign(Vector<E> magnitude, Vector<E> sign) {
        return magnitude.elementSize() == 32
                ? (Vector<E>) MathF32.copySign((FloatVector) magnitude, (FloatVector) sign)
                : (Vector<E>) MathF64.copySign((DoubleVector) magnitude, (DoubleVector) sign);
    }
}
