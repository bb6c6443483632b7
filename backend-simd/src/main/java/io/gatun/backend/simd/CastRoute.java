package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * How vectors of one dtype become vectors of another: from, by way of, to ({@code by} is {@code to} where one step does it).
 *
 * <p>All vectors on the way have as many lanes as the widest type among them has in the width in use; the others are vectors
 * of a narrower shape. Floating-point to a narrow integer goes by way of I64 and keeps the low bits, as
 * {@link io.gatun.tensor.op.Op.Cast} says; U8 and bool are widened without a sign.
 */
record CastRoute(DType from, DType by, DType to) {
    private static final int SMALLEST = 64; // bits of a vector

    /** The route between two dtypes, neither of them a half; {@code to} is not bool. */
    static CastRoute of(DType from, DType to) {
        if (from.isFloatingPoint() && !to.isFloatingPoint()) {
            return new CastRoute(from, DType.I64, to);
        }
        return new CastRoute(from, isUnsigned(from) && to.isFloatingPoint() ? DType.I32 : to, to);
    }

    /** Whether the machine goes this way without boxing; if not, {@link CastTemplate} does it. */
    boolean isSupported() {
        int narrowest = Math.min(from.byteSize(), Math.min(to.byteSize(), by.byteSize()));
        boolean longs = mixesLongs(from, by) || mixesLongs(by, to);
        return lanes() * narrowest * Byte.SIZE >= SMALLEST
                && (!longs || VectorWidth.machineHas(512)); // AVX2 has no conversion between longs and floating-point
    }

    /** Lanes of every vector on the way. */
    int lanes() {
        return Math.min(lanes(from), Math.min(lanes(by), lanes(to)));
    }

    /** The species of one of the three dtypes, of {@link #lanes} lanes. */
    VectorSpecies<?> species(DType dtype) {
        VectorShape shape = VectorShape.forBitSize(lanes() * dtype.byteSize() * Byte.SIZE);
        return VectorSpecies.of(Lanes.species(dtype).elementType(), shape);
    }

    /** The conversion of lanes that is one step. */
    static VectorOperators.Conversion<?, ?> step(DType from, DType to) {
        if (isUnsigned(from)) {
            if (to == DType.I16) {
                return VectorOperators.ZERO_EXTEND_B2S;
            }
            return to == DType.I64 ? VectorOperators.ZERO_EXTEND_B2L : VectorOperators.ZERO_EXTEND_B2I;
        }
        return VectorOperators.Conversion.ofCast(
                Lanes.species(from).elementType(), Lanes.species(to).elementType());
    }

    private static int lanes(DType dtype) {
        return Lanes.species(dtype).length();
    }

    private static boolean mixesLongs(DType a, DType b) {
        return a == DType.I64 && b.isFloatingPoint() || b == DType.I64 && a.isFloatingPoint();
    }

    private static boolean isUnsigned(DType dtype) {
        return dtype == DType.U8 || dtype == DType.BOOL;
    }
}
