package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * F16 and BF16 to F32 and back, by integer arithmetic on whole vectors: the Vector API has no half floats. Offsets are in
 * bytes; runs are contiguous. As a body it is a function of F32 between the two conversions, all in registers.
 *
 * <p>Widening F16: exponent and fraction, shifted to their place in an F32, are the value times 2^-112, and one
 * multiplication by 2^112 is exact and takes care of subnormals; infinity and NaN then get their exponent by hand.
 *
 * <p>Narrowing rounds to nearest, ties to even. To F16: |x| is at least 2^e and less than twice that; where e is below F16's
 * least exponent it stands for that one. The F32 addition of 2^(e+13) leaves 11 bits of x, rounded, at the lower end of the
 * sum, to which the exponent is added. What is added has 15 times 2^10 at its lower end as well, which makes F16's exponent
 * of F32's. Numbers of 2^16 and more count as 2^16, which becomes infinity. To BF16: by adding just below half of the last
 * kept place, plus that place's bit.
 *
 * <p>Class data: the dtype; as a body, also the function, a {@link BinaryBody} or {@link UnaryBody} of F32.
 */
final class HalvesTemplate implements HalfConversion, BinaryBody<Short>, UnaryBody<Short> {
    private static final boolean F16 = Stamp.data(MethodHandles.lookup(), 0, DType.class) == DType.F16;
    private static final Object BODY = Stamp.data(MethodHandles.lookup(), 1, Object.class);

    private static final VectorSpecies<Integer> INTS = VectorWidth.species(int.class);
    private static final VectorSpecies<Short> HALVES = Halves.SPECIES;
    private static final int LANES = INTS.length();
    private static final long VB = INTS.vectorByteSize();

    private static final int F32_INFINITY = 0x7F800000;
    private static final int F16_SPECIAL = 0x1F << 23; // the exponent of infinity and NaN, where F32's is
    private static final int F16_OVERFLOW = 0x47800000; // 2^16
    private static final int F16_NORMAL = 0x38800000; // 2^-14

    HalvesTemplate() {}

    @Override
    public void widen(MemorySegment in, long at, MemorySegment out, long outAt, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            oneWider(in, at + 2L * i, out, outAt + 4L * i);
        }
        if (i < n) {
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(in, at + 2L * i, tail, 0, 2L * (n - i));
            oneWider(tail, 0, tail, VB);
            MemorySegment.copy(tail, VB, out, outAt + 4L * i, 4L * (n - i));
        }
    }

    @Override
    public void narrow(MemorySegment in, long at, MemorySegment out, long outAt, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            oneNarrower(in, at + 4L * i, out, outAt + 2L * i);
        }
        if (i < n) {
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(in, at + 4L * i, tail, 0, 4L * (n - i));
            oneNarrower(tail, 0, tail, VB);
            MemorySegment.copy(tail, VB, out, outAt + 2L * i, 2L * (n - i));
        }
    }

    @Override
    public Vector<Float> load(MemorySegment in, long at) {
        return toF32(ShortVector.fromMemorySegment(HALVES, in, at, Lanes.ORDER));
    }

    @Override
    public Vector<Short> apply(Vector<Short> a, Vector<Short> b) {
        return F16 ? toHalf(of(toF32(a), toF32(b))) : joined(of(even(a), even(b)), of(odd(a), odd(b)));
    }

    @Override
    public Vector<Short> apply(Vector<Short> x) {
        return F16 ? toHalf(of(toF32(x))) : joined(of(even(x)), of(odd(x)));
    }

    @SuppressWarnings("unchecked")
    private static IntVector of(FloatVector x, FloatVector y) {
        return ((BinaryBody<Float>) BODY).apply(x, y).reinterpretAsInts();
    }

    @SuppressWarnings("unchecked")
    private static IntVector of(FloatVector x) {
        return ((UnaryBody<Float>) BODY).apply(x).reinterpretAsInts();
    }

    private static FloatVector even(Vector<Short> x) {
        return x.reinterpretAsInts().lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    private static FloatVector odd(Vector<Short> x) {
        return x.reinterpretAsInts().and(0xFFFF0000).reinterpretAsFloats();
    }

    private static Vector<Short> joined(IntVector even, IntVector odd) {
        return toBF16(even)
                .lanewise(VectorOperators.LSHR, 16)
                .or(toBF16(odd).and(0xFFFF0000))
                .reinterpretAsShorts();
    }

    private static void oneWider(MemorySegment in, long at, MemorySegment out, long outAt) {
        toF32(ShortVector.fromMemorySegment(HALVES, in, at, Lanes.ORDER)).intoMemorySegment(out, outAt, Lanes.ORDER);
    }

    private static void oneNarrower(MemorySegment in, long at, MemorySegment out, long outAt) {
        toHalf(IntVector.fromMemorySegment(INTS, in, at, Lanes.ORDER)).intoMemorySegment(out, outAt, Lanes.ORDER);
    }

    private static FloatVector toF32(Vector<Short> halves) {
        IntVector bits = (IntVector) halves.convertShape(VectorOperators.S2I, INTS, 0);
        if (!F16) {
            return bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        }
        IntVector h = bits.lanewise(VectorOperators.LSHL, 13).and(0x8FFFE000);
        VectorMask<Integer> special = h.and(F16_SPECIAL).compare(VectorOperators.EQ, F16_SPECIAL);
        IntVector value = h.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
        return value.lanewise(VectorOperators.OR, F32_INFINITY, special).reinterpretAsFloats();
    }

    private static Vector<Short> toHalf(IntVector f) {
        return (F16 ? toF16(f) : toBF16(f).lanewise(VectorOperators.LSHR, 16))
                .convertShape(VectorOperators.I2S, HALVES, 0);
    }

    private static IntVector toBF16(IntVector f) {
        IntVector last = f.lanewise(VectorOperators.LSHR, 16).and(1);
        VectorMask<Integer> nan =
                f.reinterpretAsFloats().test(VectorOperators.IS_NAN).cast(INTS);
        return f.add(last).add(0x7FFF).blend(f.or(0x400000), nan);
    }

    private static IntVector toF16(IntVector f) {
        IntVector magnitude = f.and(0x7FFFFFFF);
        IntVector finite = magnitude.min(F16_OVERFLOW);
        IntVector power = finite.max(F16_NORMAL).and(F32_INFINITY);
        IntVector sum = power.add((13 << 23) + (15 << 10))
                .reinterpretAsFloats()
                .add(finite.reinterpretAsFloats())
                .reinterpretAsInts();
        return sum.add(power.lanewise(VectorOperators.LSHR, 13))
                .blend(0x7E00, magnitude.compare(VectorOperators.GT, F32_INFINITY))
                .or(f.lanewise(VectorOperators.LSHR, 16).and(0x8000));
    }
}
