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
        MemorySegment tail = Lanes.offHeap(Scratch.mine().tail());
        if (A_BROADCAST) {
            Lanes.repeat(SIZE, a, aAt, tail, 0);
        }
        if (B_BROADCAST) {
            Lanes.repeat(SIZE, b, bAt, tail, 64);
        }
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            long at = (long) i * SIZE;
            Lanes.mayFault(); // behind the body it would be one call too many (Stamp)
            ((BinaryBody<E>) BODY)
                    .apply(
                            A_BROADCAST ? load(tail, 0) : load(a, aAt + at),
                            B_BROADCAST ? load(tail, 64) : load(b, bAt + at))
                    .intoMemorySegment(out, outAt + at, Lanes.ORDER);
        }
        if (i < n) {
            long at = (long) i * SIZE;
            long bytes = (long) (n - i) * SIZE;
            MemorySegment x = a;
            MemorySegment y = b;
            if (!A_BROADCAST) {
                MemorySegment.copy(a, aAt + at, tail, 0, bytes);
                x = tail;
            }
            if (!B_BROADCAST) {
                MemorySegment.copy(b, bAt + at, tail, 64, bytes);
                y = tail;
            }
            run(tail, 128, x, A_BROADCAST ? aAt : 0, y, B_BROADCAST ? bAt : 64, c, cAt, LANES);
            MemorySegment.copy(tail, 128, out, outAt + at, bytes);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment x, long at) {
        return ((VectorSpecies<E>) SPECIES).fromMemorySegment(x, at, Lanes.ORDER);
    }
}
