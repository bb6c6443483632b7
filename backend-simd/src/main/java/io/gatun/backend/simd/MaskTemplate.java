package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of every comparison and predicate: {@code out[i] = f(a[i], b[i])} as a byte of 0 or 1. Class data: species,
 * {@link MaskBody}, whether b is broadcast, whether there is a b at all.
 *
 * <p>Unlike in {@link UnaryTemplate} the last, overlapping mask is simply computed after the loop: an output of bytes is the
 * same memory as an operand only where the operand is of bytes too, and then the masks of elements already replaced would
 * be wrong; so that case goes through scratch, a rest at a time.
 */
final class MaskTemplate<E> implements ElementKernel {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final MaskBody<?> BODY = Stamp.data(MethodHandles.lookup(), 1, MaskBody.class);
    private static final boolean B_BROADCAST = Stamp.data(MethodHandles.lookup(), 2, Boolean.class);
    private static final boolean UNARY = Stamp.data(MethodHandles.lookup(), 3, Boolean.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;
    private static final VectorSpecies<Byte> MASKS = Lanes.bytesFor(LANES);

    MaskTemplate() {}

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
        int i = B_BROADCAST ? runOne(out, outAt, a, aAt, b, bAt, n) : runBoth(out, outAt, a, aAt, b, bAt, n);
        if (i < n) {
            rest(out, outAt + i, a, aAt + (long) i * SIZE, b, B_BROADCAST ? bAt : bAt + (long) i * SIZE, n - i);
        }
    }

    private int runBoth(MemorySegment out, long outAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            long p = (long) i * SIZE;
            this.two(out, outAt + i, a, aAt + p, b, bAt + p);
        }
        return i;
    }

    private int runOne(MemorySegment out, long outAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
        Vector<E> constant = Lanes.broadcast(species(), b, bAt);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            Vector<E> walking = load(a, aAt + (long) i * SIZE);
            Lanes.storeMask(MaskTemplate.<E>body().apply(walking, constant), MASKS, LANES, out, outAt + i);
        }
        return i;
    }

    private void two(MemorySegment out, long outAt, MemorySegment a, long aAt, MemorySegment b, long bAt) {
        Vector<E> x = load(a, aAt);
        Vector<E> y = UNARY ? x : load(b, bAt);
        Lanes.storeMask(MaskTemplate.<E>body().apply(x, y), MASKS, LANES, out, outAt);
    }

    private void rest(MemorySegment out, long outAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
        MemorySegment tail = Scratch.mine().tail();
        MemorySegment.copy(a, aAt, tail, 0, (long) n * SIZE);
        if (B_BROADCAST) {
            Vector<E> constant = Lanes.broadcast(species(), b, bAt);
            Vector<E> walking = load(tail, 0);
            Lanes.storeMask(MaskTemplate.<E>body().apply(walking, constant), MASKS, LANES, tail, 2 * BYTES);
        } else {
            if (!UNARY) {
                MemorySegment.copy(b, bAt, tail, BYTES, (long) n * SIZE);
            }
            two(tail, 2 * BYTES, tail, 0, tail, BYTES);
        }
        MemorySegment.copy(tail, 2 * BYTES, out, outAt, n);
    }

    @SuppressWarnings("unchecked")
    private static <E> VectorSpecies<E> species() {
        return (VectorSpecies<E>) SPECIES;
    }

    @SuppressWarnings("unchecked")
    private static <E> MaskBody<E> body() {
        return (MaskBody<E>) BODY;
    }

    private static <E> Vector<E> load(MemorySegment a, long at) {
        return MaskTemplate.<E>species().fromMemorySegment(a, at, Lanes.ORDER);
    }
}
