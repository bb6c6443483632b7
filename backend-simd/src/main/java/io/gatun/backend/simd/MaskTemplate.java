package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
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
        MemorySegment repeated = Scratch.mine().tail();
        Lanes.repeat(SIZE, b, bAt, repeated, 0);
        Vector<E> constant = load(repeated, 0);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            Vector<E> walking = load(a, aAt + (long) i * SIZE);
            store(MaskTemplate.<E>body().apply(walking, constant), out, outAt + i);
        }
        return i;
    }

    private void two(MemorySegment out, long outAt, MemorySegment a, long aAt, MemorySegment b, long bAt) {
        Vector<E> x = load(a, aAt);
        Vector<E> y = UNARY ? x : load(b, bAt);
        store(MaskTemplate.<E>body().apply(x, y), out, outAt);
    }

    private void rest(MemorySegment out, long outAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
        MemorySegment tail = Scratch.mine().tail();
        MemorySegment.copy(a, aAt, tail, 0, (long) n * SIZE);
        if (B_BROADCAST) {
            Lanes.repeat(SIZE, b, bAt, tail, 64);
        } else if (!UNARY) {
            MemorySegment.copy(b, bAt, tail, 64, (long) n * SIZE);
        }
        two(tail, 128, tail, 0, tail, 64);
        MemorySegment.copy(tail, 128, out, outAt, n);
    }

    /** A byte of 0 or 1 for each lane. */
    private static <E> void store(VectorMask<E> mask, MemorySegment out, long at) {
        if (LANES >= 8) {
            ByteVector.zero(MASKS).blend((byte) 1, mask.cast(MASKS)).intoMemorySegment(out, at, Lanes.ORDER);
        } else if (LANES == 4) {
            out.set(Lanes.INT, at, (int) Lanes.spread(mask.toLong()));
        } else {
            out.set(Lanes.SHORT, at, (short) Lanes.spread(mask.toLong()));
        }
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
