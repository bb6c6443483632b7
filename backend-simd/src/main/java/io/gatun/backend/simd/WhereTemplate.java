package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of {@code where}: {@code out[i] = a[i] != 0 ? b[i] : c[i]}, where a is bytes and the others are any elements
 * of one size. Class data: the species of integers of that size.
 */
final class WhereTemplate<E> implements ElementKernel {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;
    private static final VectorSpecies<Byte> MASKS = Lanes.bytesFor(LANES);

    WhereTemplate() {}

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
        for (; i <= n - LANES; i += LANES) {
            long p = (long) i * SIZE;
            this.one(out, outAt + p, a, aAt + i, b, bAt + p, c, cAt + p);
        }
        if (i < n) {
            long p = (long) i * SIZE;
            long bytes = (long) (n - i) * SIZE;
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(b, bAt + p, tail, 0, bytes);
            MemorySegment.copy(c, cAt + p, tail, BYTES, bytes);
            MemorySegment.copy(a, aAt + i, tail, 2 * BYTES, n - i);
            this.one(tail, 0, tail, 2 * BYTES, tail, 0, tail, BYTES);
            MemorySegment.copy(tail, 0, out, outAt + p, bytes);
        }
    }

    @SuppressWarnings("unchecked")
    private void one(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt) {
        VectorSpecies<E> species = (VectorSpecies<E>) SPECIES;
        Vector<E> chosen = species.fromMemorySegment(b, bAt, Lanes.ORDER);
        Vector<E> other = species.fromMemorySegment(c, cAt, Lanes.ORDER);
        other.blend(chosen, mask(species, a, aAt)).intoMemorySegment(out, outAt, Lanes.ORDER);
    }

    /** A mask from a byte for each lane, set where it is not 0. */
    private static <E> VectorMask<E> mask(VectorSpecies<E> species, MemorySegment in, long at) {
        if (LANES >= 8) {
            return ByteVector.fromMemorySegment(MASKS, in, at, Lanes.ORDER)
                    .compare(VectorOperators.NE, (byte) 0)
                    .cast(species);
        }
        long bytes = LANES == 4 ? in.get(Lanes.INT, at) & 0xFFFFFFFFL : in.get(Lanes.SHORT, at) & 0xFFFFL;
        return VectorMask.fromLong(species, Lanes.gather(bytes));
    }
}
