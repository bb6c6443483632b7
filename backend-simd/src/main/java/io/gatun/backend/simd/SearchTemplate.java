package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The kernel that finds a value in a contiguous run. Class data: dtype (no half), whether NaN is what is looked for. */
final class SearchTemplate<E> implements ArgReductions.Search {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final boolean NAN = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final int LANES = SPECIES.length();
    private static final int SIZE = DTYPE.byteSize();

    SearchTemplate() {}

    @Override
    public int first(MemorySegment x, long at, int n, MemorySegment key) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            long found = matches(x, at + (long) i * SIZE, key);
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found);
            }
        }
        if (i < n) {
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(x, at + (long) i * SIZE, tail, 0, (long) (n - i) * SIZE);
            return i + Long.numberOfTrailingZeros(matches(tail, 0, key));
        }
        return n;
    }

    private long matches(MemorySegment x, long at, MemorySegment key) {
        Vector<E> elements = load(x, at);
        return NAN
                ? elements.compare(VectorOperators.NE, elements).toLong()
                : elements.compare(VectorOperators.EQ, load(key, 0)).toLong();
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment x, long at) {
        return ((VectorSpecies<E>) SPECIES).fromMemorySegment(x, at, Lanes.ORDER);
    }
}
