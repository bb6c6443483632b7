package io.gatun.backend.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The kernel of {@link WinogradProduct}, which explains it. One lane is one tile. */
final class WinogradTemplate implements WinogradKernel {
    private static final VectorSpecies<Float> S = VectorWidth.species(float.class);
    private static final VectorSpecies<Integer> PLACES = VectorWidth.species(int.class);
    private static final int LANES = S.length();
    private static final long VB = S.vectorByteSize();
    private static final MemorySegment TABLES =
            tables(); // even lanes of two vectors, odd ones, both in turns, and counting

    WinogradTemplate() {}

    private static MemorySegment tables() {
        MemorySegment tables = Arena.global().allocate(5 * VB, VB);
        for (int i = 0; i < LANES; i++) {
            long at = (long) i * Integer.BYTES;
            int turn = i / 2 + i % 2 * LANES;
            tables.set(Lanes.INT, at, 2 * i);
            tables.set(Lanes.INT, VB + at, 2 * i + 1);
            tables.set(Lanes.INT, 2 * VB + at, turn);
            tables.set(Lanes.INT, 3 * VB + at, turn + LANES / 2);
            tables.set(Lanes.INT, 4 * VB + at, i);
        }
        return tables;
    }

    private static IntVector table(int i) {
        return integers(TABLES, i * VB);
    }

    private static FloatVector load(MemorySegment from, long at) {
        return FloatVector.fromMemorySegment(S, from, at, Lanes.ORDER);
    }

    private static IntVector integers(MemorySegment from, long at) {
        return IntVector.fromMemorySegment(PLACES, from, at, Lanes.ORDER);
    }

    private static VectorMask<Integer> before(int count) {
        return table(4).compare(VectorOperators.LT, count);
    }

    @Override
    public void weights(
            int vectors, MemorySegment g, long g0, long g1, long g2, MemorySegment to, long toAt, long distance) {
        for (int i = 0; i < vectors; i++) {
            FloatVector w0 = load(g, g0 + i * VB);
            FloatVector w1 = load(g, g1 + i * VB).mul(0.5f);
            FloatVector w2 = load(g, g2 + i * VB);
            FloatVector outer = w0.mul(0.5f).add(w2.mul(0.5f));
            long target = toAt + i * VB;
            w0.intoMemorySegment(to, target, Lanes.ORDER);
            outer.add(w1).intoMemorySegment(to, target + distance, Lanes.ORDER);
            outer.sub(w1).intoMemorySegment(to, target + 2 * distance, Lanes.ORDER);
            w2.intoMemorySegment(to, target + 3 * distance, Lanes.ORDER);
        }
    }

    @Override
    public void inRows(int rows, MemorySegment x, long at, long rowBytes, MemorySegment to, long toAt) {
        IntVector even = table(0);
        IntVector odd = table(1);
        for (int i = 0; i < rows; i++) {
            long from = at + i * rowBytes;
            long target = toAt + 4L * i * VB;
            IntVector a = integers(x, from);
            IntVector b = integers(x, from + VB);
            FloatVector d0 = even.selectFrom(a, b).reinterpretAsFloats();
            FloatVector d1 = odd.selectFrom(a, b).reinterpretAsFloats();
            a = integers(x, from + 2 * Float.BYTES);
            b = integers(x, from + 2 * Float.BYTES + VB);
            FloatVector d2 = even.selectFrom(a, b).reinterpretAsFloats();
            FloatVector d3 = odd.selectFrom(a, b).reinterpretAsFloats();
            d0.sub(d2).intoMemorySegment(to, target, Lanes.ORDER);
            d1.add(d2).intoMemorySegment(to, target + VB, Lanes.ORDER);
            d2.sub(d1).intoMemorySegment(to, target + 2 * VB, Lanes.ORDER);
            d1.sub(d3).intoMemorySegment(to, target + 3 * VB, Lanes.ORDER);
        }
    }

    @Override
    public void inColumns(
            int channels,
            int rows,
            MemorySegment from,
            long fromAt,
            MemorySegment v,
            long at,
            long matrixBytes,
            long channelBytes) {
        for (int c = 0; c < channels; c++) {
            for (int j = 0; j < 4; j++) {
                long source = fromAt + ((long) c * rows * 4 + j) * VB;
                FloatVector d0 = load(from, source);
                FloatVector d1 = load(from, source + 4 * VB);
                FloatVector d2 = load(from, source + 8 * VB);
                FloatVector d3 = load(from, source + 12 * VB);
                long target = at + c * channelBytes + j * matrixBytes;
                d0.sub(d2).intoMemorySegment(v, target, Lanes.ORDER);
                d1.add(d2).intoMemorySegment(v, target + 4 * matrixBytes, Lanes.ORDER);
                d2.sub(d1).intoMemorySegment(v, target + 8 * matrixBytes, Lanes.ORDER);
                d1.sub(d3).intoMemorySegment(v, target + 12 * matrixBytes, Lanes.ORDER);
            }
        }
    }

    @Override
    public void outColumns(
            int channels, MemorySegment m, long at, long matrixBytes, long channelBytes, MemorySegment to, long toAt) {
        for (int c = 0; c < channels; c++) {
            for (int j = 0; j < 4; j++) {
                long source = at + c * channelBytes + j * matrixBytes;
                FloatVector m1 = load(m, source + 4 * matrixBytes);
                FloatVector m2 = load(m, source + 8 * matrixBytes);
                long target = toAt + (c * 8L + j) * VB;
                load(m, source).add(m1.add(m2)).intoMemorySegment(to, target, Lanes.ORDER);
                m1.sub(m2).sub(load(m, source + 12 * matrixBytes)).intoMemorySegment(to, target + 4 * VB, Lanes.ORDER);
            }
        }
    }

    @Override
    public boolean outRows(
            int channels,
            MemorySegment from,
            long fromAt,
            int rows,
            int columns,
            MemorySegment y,
            long at,
            long channelBytes,
            long rowBytes) {
        IntVector low = table(2);
        IntVector high = table(3);
        VectorMask<Integer> first = before(columns);
        VectorMask<Integer> second = before(columns - LANES);
        IntVector exponents = IntVector.zero(PLACES);
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < rows; i++) {
                long source = fromAt + (c * 2L + i) * 4 * VB;
                FloatVector m1 = load(from, source + VB);
                FloatVector m2 = load(from, source + 2 * VB);
                IntVector even = load(from, source).add(m1.add(m2)).reinterpretAsInts();
                IntVector odd = m1.sub(m2).sub(load(from, source + 3 * VB)).reinterpretAsInts();
                IntVector a = low.selectFrom(even, odd);
                IntVector b = high.selectFrom(even, odd);
                long target = at + c * channelBytes + i * rowBytes;
                a.intoMemorySegment(y, target, Lanes.ORDER, first);
                b.intoMemorySegment(y, target + VB, Lanes.ORDER, second);
                exponents = exponents.max(a.and(0x7FFFFFFF).blend(0, first.not()));
                exponents = exponents.max(b.and(0x7FFFFFFF).blend(0, second.not()));
            }
        }
        return exponents.compare(VectorOperators.GE, 0x7F800000).trueCount() == 0;
    }
}
