package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of functions of two operands whose body is long: powers, remainders. Class data: species, {@link BinaryBody},
 * whether a and b are broadcast (not both). Arranged as {@link HeavyUnaryTemplate}, which says why; a broadcast operand is
 * loaded in every round, which such bodies do not feel.
 */
final class HeavyBinaryTemplate<E> implements ElementKernel {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final BinaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 1, BinaryBody.class);
    private static final boolean A_BROADCAST = Stamp.data(MethodHandles.lookup(), 2, Boolean.class);
    private static final boolean B_BROADCAST = Stamp.data(MethodHandles.lookup(), 3, Boolean.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;

    HeavyBinaryTemplate() {}

    @Override
    @SuppressWarnings("unchecked")
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
        int whole = n / LANES;
        int rounds = (n + LANES - 1) / LANES;
        MemorySegment tail = Scratch.mine().tail();
        MemorySegment x = a;
        MemorySegment y = b;
        MemorySegment to = out;
        long xAt = aAt;
        long yAt = bAt;
        long toAt = outAt;
        if (A_BROADCAST) {
            Lanes.repeat(SIZE, a, aAt, tail, 0);
            x = tail;
            xAt = 0;
        }
        if (B_BROADCAST) {
            Lanes.repeat(SIZE, b, bAt, tail, 64);
            y = tail;
            yAt = 64;
        }
        for (int round = 0; round < rounds; round++) {
            if (round == whole) {
                long bytes = (long) (n - whole * LANES) * SIZE;
                if (!A_BROADCAST) {
                    MemorySegment.copy(a, xAt, tail, 0, bytes);
                    x = tail;
                    xAt = 0;
                }
                if (!B_BROADCAST) {
                    MemorySegment.copy(b, yAt, tail, 64, bytes);
                    y = tail;
                    yAt = 64;
                }
                to = tail;
                toAt = 128;
            }
            MemorySegment target = Lanes.offHeap(to);
            ((BinaryBody<E>) BODY)
                    .apply(load(Lanes.offHeap(x), xAt), load(Lanes.offHeap(y), yAt))
                    .intoMemorySegment(target, toAt, Lanes.ORDER);
            xAt += A_BROADCAST ? 0 : BYTES;
            yAt += B_BROADCAST ? 0 : BYTES;
            toAt += BYTES;
        }
        if (rounds != whole) {
            MemorySegment.copy(tail, 128, out, outAt + whole * BYTES, (long) (n - whole * LANES) * SIZE);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment x, long at) {
        return ((VectorSpecies<E>) SPECIES).fromMemorySegment(x, at, Lanes.ORDER);
    }
}
