package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of functions of one operand whose body is long: exponentials, polynomials. Class data: species,
 * {@link UnaryBody}.
 *
 * <p>The body occurs once, in the loop. {@link UnaryTemplate}'s three copies of it would pass the JIT's limit on the nodes of
 * one method (NodeCountInliningCutoff), after which calls are no longer inlined and every vector is boxed: measured 12 ns an
 * element for erf, against 0.5. So what does not fill a vector is copied to scratch and takes the loop's last round.
 */
final class HeavyUnaryTemplate<E> implements ElementKernel {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final UnaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 1, UnaryBody.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;

    HeavyUnaryTemplate() {}

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
        MemorySegment from = a;
        MemorySegment to = out;
        long fromAt = aAt;
        long toAt = outAt;
        for (int round = 0; round < rounds; round++) {
            if (round == whole) {
                from = Scratch.mine().tail();
                to = from;
                MemorySegment.copy(a, fromAt, from, 0, (long) (n - whole * LANES) * SIZE);
                fromAt = 0;
                toAt = 0;
            }
            MemorySegment target = Lanes.offHeap(to);
            Vector<E> x = ((VectorSpecies<E>) SPECIES).fromMemorySegment(Lanes.offHeap(from), fromAt, Lanes.ORDER);
            ((UnaryBody<E>) BODY).apply(x).intoMemorySegment(target, toAt, Lanes.ORDER);
            fromAt += BYTES;
            toAt += BYTES;
        }
        if (rounds != whole) {
            MemorySegment.copy(to, 0, out, outAt + whole * BYTES, (long) (n - whole * LANES) * SIZE);
        }
    }
}
