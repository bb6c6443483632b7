package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of {@code clamp}: {@code out[i] = min(max(a[i], b[i]), c[i])}. Class data: species, the {@link BinaryBody} of
 * the maximum and that of the minimum, which differ for unsigned bytes, and whether both bounds are broadcast (one element
 * for the whole run).
 */
final class ClampTemplate<E> implements ElementKernel {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final BinaryBody<?> MAXIMUM = Stamp.data(MethodHandles.lookup(), 1, BinaryBody.class);
    private static final BinaryBody<?> MINIMUM = Stamp.data(MethodHandles.lookup(), 2, BinaryBody.class);
    private static final boolean BROADCAST = Stamp.data(MethodHandles.lookup(), 3, Boolean.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;

    // Places in scratch of repeated bounds; of the first three vectors the last elements of a run have need.
    private static final long LOW = 64;
    private static final long HIGH = 192;

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
        MemorySegment tail = Scratch.mine().tail();
        if (BROADCAST) {
            Lanes.repeat(SIZE, b, bAt, tail, LOW);
            Lanes.repeat(SIZE, c, cAt, tail, HIGH);
            bounded(out, outAt, a, aAt, tail, LOW, tail, HIGH, n, tail);
        } else {
            bounded(out, outAt, a, aAt, b, bAt, c, cAt, n, tail);
        }
    }

    private void bounded(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            int n,
            MemorySegment tail) {
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            long p = (long) i * SIZE;
            long q = p + BYTES;
            this.one(out, outAt + p, a, aAt + p, b, bAt + walk(p), c, cAt + walk(p));
            this.one(out, outAt + q, a, aAt + q, b, bAt + walk(q), c, cAt + walk(q));
        }
        for (; i < n; i += LANES) {
            long p = (long) i * SIZE;
            if (i <= n - LANES) {
                this.one(out, outAt + p, a, aAt + p, b, bAt + walk(p), c, cAt + walk(p));
                continue;
            }
            long bytes = (long) (n - i) * SIZE;
            MemorySegment.copy(a, aAt + p, tail, 0, bytes);
            MemorySegment.copy(b, bAt + walk(p), tail, BYTES, bytes);
            MemorySegment.copy(c, cAt + walk(p), tail, 2 * BYTES, bytes);
            this.one(tail, 0, tail, 0, tail, BYTES, tail, 2 * BYTES);
            MemorySegment.copy(tail, 0, out, outAt + p, bytes);
        }
    }

    /** How far a bound has walked where {@code a} has walked that far. */
    private static long walk(long bytes) {
        return BROADCAST ? 0 : bytes;
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
