package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * F16 and BF16 to F32 and back, by integer arithmetic on whole vectors: the Vector API has no half floats. Offsets are in
 * bytes; runs are contiguous.
 *
 * <p>A vector of integers holds two halves a lane, of which each becomes a vector of F32: those with even places and those with
 * odd ones, which a conversion then interleaves. A function of two BF16 does without that: its results go back to the
 * places that the operands had.
 *
 * <p>Widening F16: exponent and fraction, shifted to their place in an F32, are the value times 2^-112, and one
 * multiplication by 2^112 is exact and takes care of subnormals; infinity and NaN then get their exponent by hand.
 * Narrowing rounds to nearest, ties to even: by adding just below half of the last kept place, plus that place's bit. For
 * results below F16's normal range the F32 addition of 0.5 does the same rounding at the right place.
 *
 * <p>Class data: the dtype; as an {@link ElementKernel}, which is for BF16 only, also the function, a {@link BinaryBody} of F32.
 */
final class HalvesTemplate implements HalfConversion, ElementKernel {
    private static final boolean F16 = Stamp.data(MethodHandles.lookup(), 0, DType.class) == DType.F16;
    private static final BinaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 1, BinaryBody.class);

    private static final VectorSpecies<Integer> INTS = VectorWidth.species(int.class);
    private static final int LANES = INTS.length();
    private static final int STEP = 2 * LANES;
    private static final long VB = INTS.vectorByteSize();

    // Lanes from LANES on name the second operand of selectFrom.
    private static final IntVector LOW = lanes(i -> i / 2 + i % 2 * LANES);
    private static final IntVector HIGH = LOW.add(LANES / 2);
    private static final IntVector EVEN = lanes(i -> 2 * i);
    private static final IntVector ODD = EVEN.add(1);

    private static final int F32_INFINITY = 0x7F800000;
    private static final int F16_SPECIAL = 0x1F << 23; // the exponent of infinity and NaN, where F32's is
    private static final int F16_OVERFLOW = 0x47800000; // 65536, and all that rounds to it carries into it
    private static final int F16_NORMAL = 0x38800000; // 2^-14
    private static final int HALF = 0x3F000000; // 0.5

    HalvesTemplate() {}

    private static IntVector lanes(IntUnaryOperator lane) {
        return IntVector.fromArray(INTS, IntStream.range(0, LANES).map(lane).toArray(), 0);
    }

    @Override
    public void widen(MemorySegment in, long at, MemorySegment out, long outAt, int n) {
        int i = 0;
        for (; i <= n - STEP; i += STEP) {
            widen(in, at + 2L * i, out, outAt + 4L * i);
        }
        if (i < n) {
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(in, at + 2L * i, tail, 0, 2L * (n - i));
            widen(tail, 0, tail, VB);
            MemorySegment.copy(tail, VB, out, outAt + 4L * i, 4L * (n - i));
        }
    }

    @Override
    public void narrow(MemorySegment in, long at, MemorySegment out, long outAt, int n) {
        int i = 0;
        for (; i <= n - STEP; i += STEP) {
            narrow(in, at + 4L * i, out, outAt + 2L * i);
        }
        if (i < n) {
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(in, at + 4L * i, tail, 0, 4L * (n - i));
            narrow(tail, 0, tail, 2 * VB);
            MemorySegment.copy(tail, 2 * VB, out, outAt + 2L * i, 2L * (n - i));
        }
    }

    @Override
    public void run(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            int n) {
        int i = 0;
        for (; i <= n - STEP; i += STEP) {
            two(out, outAt + 2L * i, a, aAt + 2L * i, b, bAt + 2L * i);
        }
        if (i < n) {
            MemorySegment tail = Scratch.mine().tail();
            long bytes = 2L * (n - i);
            MemorySegment.copy(a, aAt + 2L * i, tail, 0, bytes);
            MemorySegment.copy(b, bAt + 2L * i, tail, VB, bytes);
            two(tail, 0, tail, 0, tail, VB);
            MemorySegment.copy(tail, 0, out, outAt + 2L * i, bytes);
        }
    }

    private static void two(MemorySegment out, long outAt, MemorySegment a, long aAt, MemorySegment b, long bAt) {
        IntVector x = IntVector.fromMemorySegment(INTS, a, aAt, Lanes.ORDER);
        IntVector y = IntVector.fromMemorySegment(INTS, b, bAt, Lanes.ORDER);
        IntVector even = apply(x.lanewise(VectorOperators.LSHL, 16), y.lanewise(VectorOperators.LSHL, 16));
        IntVector odd = apply(x.and(0xFFFF0000), y.and(0xFFFF0000));
        joined(even, odd).intoMemorySegment(out, outAt, Lanes.ORDER);
    }

    @SuppressWarnings("unchecked")
    private static IntVector apply(IntVector x, IntVector y) {
        return ((FloatVector) ((BinaryBody<Float>) BODY).apply(x.reinterpretAsFloats(), y.reinterpretAsFloats()))
                .reinterpretAsInts();
    }

    /** Two halves a lane of what is read: the even ones below, the odd ones above. */
    private static void widen(MemorySegment in, long at, MemorySegment out, long outAt) {
        IntVector pairs = IntVector.fromMemorySegment(INTS, in, at, Lanes.ORDER);
        IntVector upper = pairs.lanewise(VectorOperators.LSHL, 16);
        IntVector even = F16 ? ofF16(upper) : upper;
        IntVector odd = F16 ? ofF16(pairs) : pairs.and(0xFFFF0000);
        LOW.selectFrom(even, odd).intoMemorySegment(out, outAt, Lanes.ORDER);
        HIGH.selectFrom(even, odd).intoMemorySegment(out, outAt + VB, Lanes.ORDER);
    }

    private static void narrow(MemorySegment in, long at, MemorySegment out, long outAt) {
        IntVector low = IntVector.fromMemorySegment(INTS, in, at, Lanes.ORDER);
        IntVector high = IntVector.fromMemorySegment(INTS, in, at + VB, Lanes.ORDER);
        IntVector even = EVEN.selectFrom(low, high);
        IntVector odd = ODD.selectFrom(low, high);
        IntVector pairs = F16 ? toF16(even).or(toF16(odd).lanewise(VectorOperators.LSHL, 16)) : joined(even, odd);
        pairs.intoMemorySegment(out, outAt, Lanes.ORDER);
    }

    private static IntVector joined(IntVector even, IntVector odd) {
        return toBF16(even).lanewise(VectorOperators.LSHR, 16).or(toBF16(odd).and(0xFFFF0000));
    }

    /** Of the upper half of each lane: its sign stays where it is. */
    private static IntVector ofF16(IntVector pairs) {
        IntVector h = pairs.lanewise(VectorOperators.ASHR, 3).and(0x8FFFE000);
        VectorMask<Integer> special = h.and(F16_SPECIAL).compare(VectorOperators.EQ, F16_SPECIAL);
        IntVector value = h.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
        return value.lanewise(VectorOperators.OR, F32_INFINITY, special);
    }

    /** The rounded half in the upper half of each lane, and anything in the lower. */
    private static IntVector toBF16(IntVector f) {
        IntVector last = f.lanewise(VectorOperators.LSHR, 16).and(1);
        return f.add(last).add(0x7FFF).blend(f.or(0x400000), isNan(f));
    }

    private static VectorMask<Integer> isNan(IntVector f) {
        return f.and(0x7FFFFFFF).compare(VectorOperators.GT, F32_INFINITY);
    }

    private static IntVector toF16(IntVector f) {
        IntVector magnitude = f.and(0x7FFFFFFF);
        IntVector finite = magnitude.min(F16_OVERFLOW);
        IntVector last = finite.lanewise(VectorOperators.LSHR, 13).and(1);
        IntVector normal = finite.add(last).add(0xFFF - ((127 - 15) << 23)).lanewise(VectorOperators.LSHR, 13);
        IntVector small =
                magnitude.reinterpretAsFloats().add(0.5f).reinterpretAsInts().sub(HALF);
        IntVector h = normal.blend(small, magnitude.compare(VectorOperators.LT, F16_NORMAL))
                .blend(0x7E00, magnitude.compare(VectorOperators.GT, F32_INFINITY));
        return h.or(f.lanewise(VectorOperators.LSHR, 16).and(0x8000));
    }
}
