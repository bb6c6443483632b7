package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of {@code clamp}: {@code out[i] = min(max(a[i], b[i]), c[i])}. Class data: species, the {@link BinaryBody} of
 * the maximum and that of the minimum, which differ for unsigned bytes.
 */
final class ClampTemplate<E> implements ElementKernel {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final BinaryBody<?> MAXIMUM = Stamp.data(MethodHandles.lookup(), 1, BinaryBody.class);
    private static final BinaryBody<?> MINIMUM = Stamp.data(MethodHandles.lookup(), 2, BinaryBody.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;

    ClampTemplate() {}

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
            this.one(out, outAt + p, a, aAt + p, b, bAt + p, c, cAt + p);
        }
        if (i < n) {
            long p = (long) i * SIZE;
            long bytes = (long) (n - i) * SIZE;
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(a, aAt + p, tail, 0, bytes);
            MemorySegment.copy(b, bAt + p, tail, BYTES, bytes);
            MemorySegment.copy(c, cAt + p, tail, 2 * BYTES, bytes);
            this.one(tail, 0, tail, 0, tail, BYTES, tail, 2 * BYTES);
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
        Vector<E> raised = ((BinaryBody<E>) MAXIMUM)
                .apply(species.fromMemorySegment(a, aAt, Lanes.ORDER), species.fromMemorySegment(b, bAt, Lanes.ORDER));
        ((BinaryBody<E>) MINIMUM)
                .apply(raised, species.fromMemorySegment(c, cAt, Lanes.ORDER))
                .intoMemorySegment(out, outAt, Lanes.ORDER);
    }
}
