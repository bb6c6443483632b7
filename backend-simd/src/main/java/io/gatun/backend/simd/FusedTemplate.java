package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of a {@link Fusion}. Class data: dtype (F32 or F64), {@link Fusion}.
 *
 * <p>Sums are in memory, as in {@link
 * RowTemplate}, spread over some vectors; the order of additions depends on {@code n} alone.
 */
final class FusedTemplate<E> implements FusedKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Fusion KIND = Stamp.data(MethodHandles.lookup(), 1, Fusion.class);
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;
    private static final int OPERANDS = KIND.operands;
    private static final int NUMBERS = KIND.numbers;
    private static final boolean STORES = KIND.stores;
    private static final int COUNT = KIND.sums;
    private static final long VECTOR = 64;
    private static final long SECOND_SUM = SUMS + SPREAD * VECTOR;

    FusedTemplate() {}

    @Override
    @SuppressWarnings("unchecked")
    public void run(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            MemorySegment d,
            long dAt,
            double[] numbers,
            MemorySegment scratch,
            int vectors,
            boolean first) {
        VectorSpecies<E> species = (VectorSpecies<E>) SPECIES;
        int spread = COUNT > 0 && first ? Math.min(SPREAD, vectors) : 0;
        Vector<E> p = number(numbers[0]);
        Vector<E> q = NUMBERS > 1 ? number(numbers[1]) : p;
        Vector<E> r = NUMBERS > 2 ? number(numbers[2]) : p;
        Vector<E> s = NUMBERS > 3 ? number(numbers[3]) : p;
        Vector<E> eps = NUMBERS > 4 ? number(numbers[4]) : p;
        Vector<E> shrink = NUMBERS > 4 ? number(numbers[5]) : p;
        Vector<E> decay = NUMBERS > 4 ? number(numbers[6]) : p;
        Vector<E> rate = NUMBERS > 4 ? number(numbers[7]) : p;
        Vector<E> none = KIND == Fusion.LARGEST ? number(Double.NEGATIVE_INFINITY) : species.zero();
        for (int i = 0; i < spread; i++) {
            none.intoMemorySegment(scratch, SUMS + i * VECTOR, Lanes.ORDER);
            if (COUNT > 1) {
                none.intoMemorySegment(scratch, SECOND_SUM + i * VECTOR, Lanes.ORDER);
            }
        }
        for (int i = 0; i < vectors; i++) {
            Lanes.mayFault();
            long at = i * BYTES;
            long sumAt = (i & SPREAD - 1) * VECTOR;
            Vector<E> sum = species.fromMemorySegment(scratch, SUMS + sumAt, Lanes.ORDER);
            Vector<E> x = species.fromMemorySegment(a, aAt + at, Lanes.ORDER);
            Vector<E> y = OPERANDS > 1 ? species.fromMemorySegment(b, bAt + at, Lanes.ORDER) : x;
            Vector<E> z = OPERANDS > 2 ? species.fromMemorySegment(c, cAt + at, Lanes.ORDER) : x;
            Vector<E> e = KIND.exponential ? exp(OPERANDS > 1 ? y : x.sub(p)) : x;
            Vector<E> value;
            if (KIND == Fusion.MOMENTUM) {
                Vector<E> momentum =
                        x.lanewise(VectorOperators.FMA, r, y).mul(q).add(z.mul(p));
                momentum.intoMemorySegment(c, cAt + at, Lanes.ORDER);
                value = x.sub(momentum.mul(s));
            } else if (KIND == Fusion.ADAM) { // p = 1 - beta1, q = beta2, r = 1 - beta2, s the scale
                Vector<E> down = x.lanewise(VectorOperators.FMA, decay, y);
                Vector<E> mean = down.sub(z).lanewise(VectorOperators.FMA, p, z);
                Vector<E> square = species.fromMemorySegment(d, dAt + at, Lanes.ORDER)
                        .mul(q)
                        .add(down.mul(down).mul(r));
                mean.intoMemorySegment(c, cAt + at, Lanes.ORDER);
                square.intoMemorySegment(d, dAt + at, Lanes.ORDER);
                Vector<E> divisor = square.lanewise(VectorOperators.SQRT).lanewise(VectorOperators.FMA, s, eps);
                value = x.mul(shrink).sub(mean.mul(rate).div(divisor));
            } else {
                value = OPERANDS < 3 ? value(x, y, e, p, q) : ofThree(x, y, z, p, q, r, s);
            }
            if (STORES) {
                value.intoMemorySegment(out, outAt + at, Lanes.ORDER);
            }
            if (COUNT > 0) {
                combine(value, sum).intoMemorySegment(scratch, SUMS + sumAt, Lanes.ORDER);
            }
            if (COUNT > 1) {
                Vector<E> second = species.fromMemorySegment(scratch, SECOND_SUM + sumAt, Lanes.ORDER);
                value.lanewise(VectorOperators.FMA, y.sub(p), second)
                        .intoMemorySegment(scratch, SECOND_SUM + sumAt, Lanes.ORDER);
            }
        }
        for (int i = 1; i < spread; i++) {
            gather(scratch, SUMS, SUMS + i * VECTOR);
            if (COUNT > 1) {
                gather(scratch, SECOND_SUM, SECOND_SUM + i * VECTOR);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> number(double value) {
        return SIZE == Float.BYTES
                ? (Vector<E>) FloatVector.broadcast((VectorSpecies<Float>) SPECIES, (float) value)
                : (Vector<E>) DoubleVector.broadcast((VectorSpecies<Double>) SPECIES, value);
    }

    @SuppressWarnings("unchecked")
    private static <E> void gather(MemorySegment scratch, long first, long other) {
        VectorSpecies<E> species = (VectorSpecies<E>) SPECIES;
        Vector<E> sum = species.fromMemorySegment(scratch, first, Lanes.ORDER);
        combine(sum, species.fromMemorySegment(scratch, other, Lanes.ORDER))
                .intoMemorySegment(scratch, first, Lanes.ORDER);
    }

    private static <E> Vector<E> combine(Vector<E> a, Vector<E> b) {
        return KIND == Fusion.LARGEST ? b.blend(a, a.compare(VectorOperators.GT, b)) : a.add(b);
    }

    /** The element of the output, or the term of the first sum; {@code e} is the exponential, if there is one. */
    private static <E> Vector<E> value(Vector<E> a, Vector<E> b, Vector<E> e, Vector<E> p, Vector<E> q) {
        if (KIND == Fusion.LARGEST) {
            return a;
        }
        if (KIND == Fusion.EXPONENTIALS || KIND == Fusion.EXPONENTIAL_SUM) {
            return e;
        }
        if (KIND == Fusion.SCALED) {
            return a.mul(p);
        }
        if (KIND == Fusion.SHIFTED) {
            return a.sub(p).sub(q);
        }
        if (KIND == Fusion.WEIGHTED_EXPONENTIALS) {
            return e.mul(q);
        }
        if (KIND == Fusion.SQUARES) {
            Vector<E> centred = a.sub(p);
            return centred.mul(centred);
        }
        if (KIND == Fusion.PRODUCT_SUM) {
            return a.mul(b);
        }
        if (KIND == Fusion.CENTRED_PRODUCT) {
            return a.sub(p).mul(b);
        }
        if (KIND == Fusion.LESS_EXPONENTIALS) {
            return e.neg().lanewise(VectorOperators.FMA, p, a);
        }
        throw Stamp.notHere(KIND);
    }

    private static <E> Vector<E> ofThree(
            Vector<E> a, Vector<E> b, Vector<E> c, Vector<E> p, Vector<E> q, Vector<E> r, Vector<E> s) {
        if (KIND == Fusion.NORMALIZED) {
            return a.sub(p).mul(q).lanewise(VectorOperators.FMA, b, c);
        }
        if (KIND == Fusion.NORM_SUMS) {
            return a.mul(c);
        }
        if (KIND == Fusion.NORM_GRADIENT) {
            return a.mul(c)
                    .lanewise(
                            VectorOperators.FMA,
                            q,
                            b.sub(p).lanewise(VectorOperators.FMA, r, s).neg());
        }
        if (KIND == Fusion.NORM_WEIGHT) {
            return b.sub(p).mul(q).lanewise(VectorOperators.FMA, a, c);
        }
        throw Stamp.notHere(KIND);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> exp(Vector<E> x) {
        return SIZE == Float.BYTES
                ? (Vector<E>) MathF32.raisedExp((FloatVector) x)
                : (Vector<E>) MathF64.raisedExp((DoubleVector) x);
    }
}
