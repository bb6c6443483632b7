package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Sums of planes times numbers. Class data: dtype. */
final class PlaneTemplate<E> implements PlaneKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final Class<?> EXACT = SPECIES.vectorType();
    private static final long VECTOR = 64; // of one weight
    private static final int LANES = SPECIES.length();
    private static final int SIZE = DTYPE.byteSize();

    PlaneTemplate() {}

    @Override
    public void fill(MemorySegment to, long at, double value, int n) {
        MemorySegment tail = Scratch.mine().tail();
        Element.set(DTYPE, tail, VECTOR, value);
        Lanes.repeat(SIZE, tail, VECTOR, tail, 0);
        Vector<?> all = (Vector<?>) EXACT.cast(load(tail, 0));
        for (int i = 0; i < n; i += LANES) {
            all.intoMemorySegment(to, at + (long) i * SIZE, Lanes.ORDER);
        }
    }

    @Override
    public void add(
            int terms,
            long[] runs,
            int first,
            MemorySegment x,
            MemorySegment weights,
            long weightAt,
            MemorySegment from,
            long at,
            MemorySegment to,
            long toAt,
            int n) {
        if (terms == 9) {
            nine(runs, first, x, weights, weightAt, from, at, to, toAt, n);
        } else if (terms == 3) {
            three(runs[first], runs[first + 1], runs[first + 2], x, weights, weightAt, from, at, to, toAt, n);
        } else {
            one(runs[first], x, weights, weightAt, from, at, to, toAt, n);
        }
    }

    private static <E> void nine(
            long[] runs,
            int first,
            MemorySegment x,
            MemorySegment weights,
            long weightAt,
            MemorySegment from,
            long at,
            MemorySegment to,
            long toAt,
            int n) {
        long a = runs[first];
        long b = runs[first + 1];
        long c = runs[first + 2];
        long d = runs[first + 3];
        long e = runs[first + 4];
        long f = runs[first + 5];
        long g = runs[first + 6];
        long h = runs[first + 7];
        long j = runs[first + 8];
        // Here, since the JIT does not know that what is stored are no weights.
        Vector<E> u = load(weights, weightAt);
        Vector<E> v = load(weights, weightAt + VECTOR);
        Vector<E> w = load(weights, weightAt + 2 * VECTOR);
        Vector<E> uu = load(weights, weightAt + 3 * VECTOR);
        Vector<E> vv = load(weights, weightAt + 4 * VECTOR);
        Vector<E> ww = load(weights, weightAt + 5 * VECTOR);
        Vector<E> uuu = load(weights, weightAt + 6 * VECTOR);
        Vector<E> vvv = load(weights, weightAt + 7 * VECTOR);
        Vector<E> www = load(weights, weightAt + 8 * VECTOR);
        for (int i = 0; i < n; i += LANES) {
            long p = (long) i * SIZE;
            Vector<E> row = sum(x, a + p, u, b + p, v, c + p, w, load(from, at + p));
            Vector<E> rows = sum(x, d + p, uu, e + p, vv, f + p, ww, row);
            sum(x, g + p, uuu, h + p, vvv, j + p, www, rows).intoMemorySegment(to, toAt + p, Lanes.ORDER);
        }
    }

    private static <E> void three(
            long a,
            long b,
            long c,
            MemorySegment x,
            MemorySegment weights,
            long weightAt,
            MemorySegment from,
            long at,
            MemorySegment to,
            long toAt,
            int n) {
        Vector<E> u = load(weights, weightAt);
        Vector<E> v = load(weights, weightAt + VECTOR);
        Vector<E> w = load(weights, weightAt + 2 * VECTOR);
        for (int i = 0; i < n; i += LANES) {
            long p = (long) i * SIZE;
            sum(x, a + p, u, b + p, v, c + p, w, load(from, at + p)).intoMemorySegment(to, toAt + p, Lanes.ORDER);
        }
    }

    private static <E> void one(
            long run,
            MemorySegment x,
            MemorySegment weights,
            long weightAt,
            MemorySegment from,
            long at,
            MemorySegment to,
            long toAt,
            int n) {
        Vector<E> u = load(weights, weightAt);
        for (int i = 0; i < n; i += LANES) {
            long p = (long) i * SIZE;
            PlaneTemplate.<E>load(x, run + p)
                    .lanewise(VectorOperators.FMA, u, load(from, at + p))
                    .intoMemorySegment(to, toAt + p, Lanes.ORDER);
        }
    }

    private static <E> Vector<E> sum(
            MemorySegment x, long a, Vector<E> u, long b, Vector<E> v, long c, Vector<E> w, Vector<E> start) {
        Vector<E> one = PlaneTemplate.<E>load(x, a).lanewise(VectorOperators.FMA, u, start);
        Vector<E> two = PlaneTemplate.<E>load(x, b).lanewise(VectorOperators.FMA, v, one);
        return PlaneTemplate.<E>load(x, c).lanewise(VectorOperators.FMA, w, two);
    }

    @Override
    public void addProducts(
            MemorySegment sums,
            long at,
            MemorySegment x,
            long xAt,
            MemorySegment g,
            long gAt,
            long rowBytes,
            int rows,
            int n) {
        for (int i = 0; i < n; i += LANES) {
            long p = (long) i * SIZE;
            int r = 0;
            for (; r + 4 <= rows; r += 4) {
                long from = r * rowBytes + p;
                Vector<E> a = product(x, xAt + from, g, gAt + from);
                Vector<E> b = addProduct(x, xAt + from + rowBytes, g, gAt + from + rowBytes, a);
                Vector<E> sum = load(sums, at + p);
                Vector<E> c = addProduct(x, xAt + from + 2 * rowBytes, g, gAt + from + 2 * rowBytes, sum);
                Vector<E> d = addProduct(x, xAt + from + 3 * rowBytes, g, gAt + from + 3 * rowBytes, c);
                b.lanewise(VectorOperators.ADD, d).intoMemorySegment(sums, at + p, Lanes.ORDER);
            }
            for (; r < rows; r++) {
                long from = r * rowBytes + p;
                Vector<E> sum = load(sums, at + p);
                addProduct(x, xAt + from, g, gAt + from, sum).intoMemorySegment(sums, at + p, Lanes.ORDER);
            }
        }
    }

    private static <E> Vector<E> product(MemorySegment x, long xAt, MemorySegment g, long gAt) {
        return PlaneTemplate.<E>load(x, xAt).lanewise(VectorOperators.MUL, PlaneTemplate.<E>load(g, gAt));
    }

    private static <E> Vector<E> addProduct(MemorySegment x, long xAt, MemorySegment g, long gAt, Vector<E> sum) {
        return PlaneTemplate.<E>load(x, xAt).lanewise(VectorOperators.FMA, PlaneTemplate.<E>load(g, gAt), sum);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment x, long at) {
        return ((VectorSpecies<E>) SPECIES).fromMemorySegment(x, at, Lanes.ORDER);
    }
}
