package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of functions of two operands with a short body: {@code out[i] = f(a[i], b[i])}. Class data: species,
 * {@link BinaryBody}, whether a and b are broadcast (one element for the whole run; not both).
 *
 * <p>Arranged as {@link UnaryTemplate}, which says why. Long bodies have {@link HeavyBinaryTemplate}.
 */
final class BinaryTemplate<E> implements ElementKernel {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final BinaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 1, BinaryBody.class);
    private static final boolean A_BROADCAST = Stamp.data(MethodHandles.lookup(), 2, Boolean.class);
    private static final boolean B_BROADCAST = Stamp.data(MethodHandles.lookup(), 3, Boolean.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;

    BinaryTemplate() {}

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
        if (n < LANES) {
            runShort(out, outAt, a, aAt, b, bAt, n);
        } else if (A_BROADCAST) {
            runOne(out, outAt, a, aAt, b, bAt, n);
        } else if (B_BROADCAST) {
            runOne(out, outAt, b, bAt, a, aAt, n);
        } else {
            runBoth(out, outAt, a, aAt, b, bAt, n);
        }
    }

    private void runBoth(MemorySegment out, long outAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
        long end = (long) (n - LANES) * SIZE;
        Vector<E> last = two(a, aAt + end, b, bAt + end);
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            long p = (long) i * SIZE;
            long q = p + BYTES;
            long r = q + BYTES;
            long s = r + BYTES;
            two(a, aAt + p, b, bAt + p).intoMemorySegment(out, outAt + p, Lanes.ORDER);
            two(a, aAt + q, b, bAt + q).intoMemorySegment(out, outAt + q, Lanes.ORDER);
            two(a, aAt + r, b, bAt + r).intoMemorySegment(out, outAt + r, Lanes.ORDER);
            two(a, aAt + s, b, bAt + s).intoMemorySegment(out, outAt + s, Lanes.ORDER);
        }
        for (; i < n - LANES; i += LANES) {
            long p = (long) i * SIZE;
            two(a, aAt + p, b, bAt + p).intoMemorySegment(out, outAt + p, Lanes.ORDER);
        }
        last.intoMemorySegment(out, outAt + end, Lanes.ORDER);
    }

    /** One operand broadcast: element {@code kAt} of {@code k}; the other walks. */
    private void runOne(MemorySegment out, long outAt, MemorySegment k, long kAt, MemorySegment x, long xAt, int n) {
        MemorySegment repeated = Scratch.mine().tail();
        Lanes.repeat(SIZE, k, kAt, repeated, 0);
        Vector<E> constant = BinaryTemplate.<E>species().fromMemorySegment(repeated, 0, Lanes.ORDER);
        long end = (long) (n - LANES) * SIZE;
        Vector<E> last = one(constant, x, xAt + end);
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            long p = (long) i * SIZE;
            long q = p + BYTES;
            long r = q + BYTES;
            long s = r + BYTES;
            one(constant, x, xAt + p).intoMemorySegment(out, outAt + p, Lanes.ORDER);
            one(constant, x, xAt + q).intoMemorySegment(out, outAt + q, Lanes.ORDER);
            one(constant, x, xAt + r).intoMemorySegment(out, outAt + r, Lanes.ORDER);
            one(constant, x, xAt + s).intoMemorySegment(out, outAt + s, Lanes.ORDER);
        }
        for (; i < n - LANES; i += LANES) {
            long p = (long) i * SIZE;
            one(constant, x, xAt + p).intoMemorySegment(out, outAt + p, Lanes.ORDER);
        }
        last.intoMemorySegment(out, outAt + end, Lanes.ORDER);
    }

    @SuppressWarnings("unchecked")
    private static <E> VectorSpecies<E> species() {
        return (VectorSpecies<E>) SPECIES;
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> two(MemorySegment a, long aAt, MemorySegment b, long bAt) {
        VectorSpecies<E> species = species();
        return ((BinaryBody<E>) BODY)
                .apply(species.fromMemorySegment(a, aAt, Lanes.ORDER), species.fromMemorySegment(b, bAt, Lanes.ORDER));
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> one(Vector<E> constant, MemorySegment x, long xAt) {
        VectorSpecies<E> species = species();
        Vector<E> walking = species.fromMemorySegment(x, xAt, Lanes.ORDER);
        return A_BROADCAST
                ? ((BinaryBody<E>) BODY).apply(constant, walking)
                : ((BinaryBody<E>) BODY).apply(walking, constant);
    }

    private void runShort(MemorySegment out, long outAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
        MemorySegment tail = Scratch.mine().tail();
        long bytes = (long) n * SIZE;
        if (A_BROADCAST) {
            Lanes.repeat(SIZE, a, aAt, tail, 0);
        } else {
            MemorySegment.copy(a, aAt, tail, 0, bytes);
        }
        if (B_BROADCAST) {
            Lanes.repeat(SIZE, b, bAt, tail, 64);
        } else {
            MemorySegment.copy(b, bAt, tail, 64, bytes);
        }
        BinaryTemplate.<E>two(tail, 0, tail, 64).intoMemorySegment(tail, 0, Lanes.ORDER);
        MemorySegment.copy(tail, 0, out, outAt, bytes);
    }
}
