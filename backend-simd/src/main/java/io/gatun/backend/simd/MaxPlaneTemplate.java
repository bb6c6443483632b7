package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The kernels of {@link MaxPlanes}. Class data: dtype, F32 or F64. */
final class MaxPlaneTemplate<E> implements MaxPlanes.Kernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final int LANES = SPECIES.length();
    private static final int SIZE = DTYPE.byteSize();

    MaxPlaneTemplate() {}

    @Override
    public void take(
            MemorySegment largest,
            long largestAt,
            MemorySegment taps,
            long tapsAt,
            MemorySegment x,
            long xAt,
            int tap,
            int n) {
        Vector<E> number = MaxPlaneTemplate.<E>species().broadcast(tap);
        for (int i = 0; i < n; i += LANES) {
            long p = (long) i * SIZE;
            Vector<E> value = load(x, xAt + p);
            Vector<E> before = load(largest, largestAt + p);
            VectorMask<E> notMore = value.compare(VectorOperators.LE, before);
            VectorMask<E> wins = before.compare(VectorOperators.EQ, before).andNot(notMore);
            before.blend(value, wins).intoMemorySegment(largest, largestAt + p, Lanes.ORDER);
            MaxPlaneTemplate.<E>load(taps, tapsAt + p)
                    .blend(number, wins)
                    .intoMemorySegment(taps, tapsAt + p, Lanes.ORDER);
        }
    }

    @Override
    public void positions(
            MemorySegment taps, long at, long[] tapAt, long first, int step, MemorySegment to, long toAt, int n) {
        long position = first;
        for (int i = 0; i < n; i++, position += step) {
            int tap = (int) Element.floating(DTYPE, taps, at + (long) i * SIZE);
            to.set(Lanes.LONG, toAt + (long) i * Long.BYTES, tap < 0 ? -1 : position + tapAt[tap]);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E> VectorSpecies<E> species() {
        return (VectorSpecies<E>) SPECIES;
    }

    private static <E> Vector<E> load(MemorySegment x, long at) {
        return MaxPlaneTemplate.<E>species().fromMemorySegment(x, at, Lanes.ORDER);
    }
}
