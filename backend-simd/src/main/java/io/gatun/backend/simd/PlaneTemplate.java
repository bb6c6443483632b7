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
    private static final Access ELEMENTS = Access.own(DTYPE);
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final long VECTOR = 64; // of one weight
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = DTYPE.byteSize();

    PlaneTemplate() {}

    @Override
    public void copyRows(
            MemorySegment from, long at, long fromRow, MemorySegment to, long toAt, long toRow, int rows, int n) {
        for (int r = 0; r < rows; r++) {
            long source = at + r * fromRow;
            long target = toAt + r * toRow;
            if (n < LANES) {
                for (int i = 0; i < n; i++) {
                    Strided.move(SIZE, from, source + (long) i * SIZE, to, target + (long) i * SIZE);
                }
            } else {
                long end = (long) (n - LANES) * SIZE;
                for (long p = 0; p < end; p += BYTES) {
                    PlaneTemplate.<E>load(from, source + p).intoMemorySegment(to, target + p, Lanes.ORDER);
                }
                PlaneTemplate.<E>load(from, source + end).intoMemorySegment(to, target + end, Lanes.ORDER);
            }
        }
    }

    @Override
    public void fill(MemorySegment to, long at, double value, int n) {
        MemorySegment tail = Scratch.mine().tail();
        ELEMENTS.set(tail, VECTOR, value);
        Lanes.repeat(SIZE, tail, VECTOR, tail, 0);
        Vector<E> all = load(tail, 0);
        for (int i = 0; i < n; i += LANES) {
            all.intoMemorySegment(to, at + (long) i * SIZE, Lanes.ORDER);
        }
    }

    @Override
    public void addThree(
            MemorySegment sums,
            long at,
            MemorySegment x,
            long first,
            long second,
            long third,
            MemorySegment weights,
            long weightAt,
            int n) {
        Vector<E> u = load(weights, weightAt);
        Vector<E> v = load(weights, weightAt + VECTOR);
        Vector<E> w = load(weights, weightAt + 2 * VECTOR);
        for (int i = 0; i < n; i += LANES) {
            long p = (long) i * SIZE;
            Vector<E> a = PlaneTemplate.<E>load(x, first + p).lanewise(VectorOperators.FMA, u, load(sums, at + p));
            Vector<E> b = PlaneTemplate.<E>load(x, second + p).lanewise(VectorOperators.FMA, v, a);
            PlaneTemplate.<E>load(x, third + p)
                    .lanewise(VectorOperators.FMA, w, b)
                    .intoMemorySegment(sums, at + p, Lanes.ORDER);
        }
    }

    @Override
    public void addOne(
            MemorySegment sums, long at, MemorySegment x, long first, MemorySegment weights, long weightAt, int n) {
        Vector<E> u = load(weights, weightAt);
        for (int i = 0; i < n; i += LANES) {
            long p = (long) i * SIZE;
            PlaneTemplate.<E>load(x, first + p)
                    .lanewise(VectorOperators.FMA, u, load(sums, at + p))
                    .intoMemorySegment(sums, at + p, Lanes.ORDER);
        }
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
