package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * F16 and BF16 to F32 and back, by integer arithmetic on whole vectors: the Vector API has no half floats. Offsets are in
 * bytes; runs are contiguous.
 *
 * <p>Widening F16: exponent and fraction, shifted to their place in an F32, are the value times 2^-112, and one
 * multiplication by 2^112 is exact and takes care of subnormals; infinity and NaN then get their exponent by hand.
 * Narrowing rounds to nearest, ties to even: by adding just below half of the last kept place, plus that place's bit. For
 * results below F16's normal range the F32 addition of 0.5 does the same rounding at the right place.
 *
 * <p>Class data: the dtype.
 */
final class HalvesTemplate implements HalfConversion {
    private static final boolean F16 = Stamp.data(MethodHandles.lookup(), 0, DType.class) == DType.F16;

    private static final VectorSpecies<Integer> INTS = VectorWidth.species(int.class);
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(VectorWidth.BITS / 2));
    private static final int LANES = INTS.length();

    private static final int F32_INFINITY = 0x7F800000;
    private static final int F16_OVERFLOW = 0x47800000; // 65536, and all that rounds to it carries into it
    private static final int F16_NORMAL = 0x38800000; // 2^-14
    private static final int HALF = 0x3F000000; // 0.5

    HalvesTemplate() {}

    @Override
    public void widen(MemorySegment in, long at, MemorySegment out, long outAt, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            widen(in, at + 2L * i, out, outAt + 4L * i);
        }
        if (i < n) {
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(in, at + 2L * i, tail, 0, 2L * (n - i));
            widen(tail, 0, tail, 64);
            MemorySegment.copy(tail, 64, out, outAt + 4L * i, 4L * (n - i));
        }
    }

    @Override
    public void narrow(MemorySegment in, long at, MemorySegment out, long outAt, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            narrow(in, at + 4L * i, out, outAt + 2L * i);
        }
        if (i < n) {
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(in, at + 4L * i, tail, 0, 4L * (n - i));
            narrow(tail, 0, tail, 64);
            MemorySegment.copy(tail, 64, out, outAt + 2L * i, 2L * (n - i));
        }
    }

    private static void widen(MemorySegment in, long at, MemorySegment out, long outAt) {
        if (F16) {
            widenF16(in, at, out, outAt);
        } else {
            widenBF16(in, at, out, outAt);
        }
    }

    private static void narrow(MemorySegment in, long at, MemorySegment out, long outAt) {
        if (F16) {
            narrowF16(in, at, out, outAt);
        } else {
            narrowBF16(in, at, out, outAt);
        }
    }

    private static IntVector bits(MemorySegment in, long at) {
        return (IntVector) ShortVector.fromMemorySegment(SHORTS, in, at, Lanes.ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    }

    private static void store(IntVector halves, MemorySegment out, long at) {
        ((ShortVector) halves.convertShape(VectorOperators.I2S, SHORTS, 0)).intoMemorySegment(out, at, Lanes.ORDER);
    }

    private static void widenBF16(MemorySegment in, long at, MemorySegment out, long outAt) {
        bits(in, at).lanewise(VectorOperators.LSHL, 16).intoMemorySegment(out, outAt, Lanes.ORDER);
    }

    private static void widenF16(MemorySegment in, long at, MemorySegment out, long outAt) {
        IntVector h = bits(in, at);
        IntVector magnitude = h.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
        VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, 0x7C00 << 13);
        IntVector scaled = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
        IntVector value = scaled.blend(magnitude.or(F32_INFINITY), special);
        value.or(h.and(0x8000).lanewise(VectorOperators.LSHL, 16)).intoMemorySegment(out, outAt, Lanes.ORDER);
    }

    private static void narrowBF16(MemorySegment in, long at, MemorySegment out, long outAt) {
        IntVector f = IntVector.fromMemorySegment(INTS, in, at, Lanes.ORDER);
        IntVector high = f.lanewise(VectorOperators.LSHR, 16);
        IntVector rounded = f.add(high.and(1)).add(0x7FFF).lanewise(VectorOperators.LSHR, 16);
        store(rounded.blend(high.or(0x40), isNan(f)), out, outAt);
    }

    private static VectorMask<Integer> isNan(IntVector f) {
        return f.and(0x7FFFFFFF).compare(VectorOperators.GT, F32_INFINITY);
    }

    private static void narrowF16(MemorySegment in, long at, MemorySegment out, long outAt) {
        IntVector f = IntVector.fromMemorySegment(INTS, in, at, Lanes.ORDER);
        IntVector magnitude = f.and(0x7FFFFFFF);
        IntVector last = magnitude.lanewise(VectorOperators.LSHR, 13).and(1);
        IntVector normal = magnitude.sub((127 - 15) << 23).add(last).add(0xFFF).lanewise(VectorOperators.LSHR, 13);
        IntVector small =
                magnitude.reinterpretAsFloats().add(0.5f).reinterpretAsInts().sub(HALF);
        IntVector h = normal.blend(small, magnitude.compare(VectorOperators.LT, F16_NORMAL));
        h = h.blend(0x7C00, magnitude.compare(VectorOperators.GE, F16_OVERFLOW));
        h = h.blend(magnitude.lanewise(VectorOperators.LSHR, 13).and(0x3FF).or(0x7E00), isNan(f));
        store(h.or(f.lanewise(VectorOperators.LSHR, 16).and(0x8000)), out, outAt);
    }
}
