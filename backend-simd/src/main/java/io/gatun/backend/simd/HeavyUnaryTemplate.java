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
 * element for erf, against 0.5. So what does not fill a vector is copied to scratch, and the kernel
 * called for that once more.
 */
final class HeavyUnaryTemplate<E> implements ElementKernel {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final UnaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 1, UnaryBody.class);
    private static final int LANES = SPECIES.length();
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
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            long at = (long) i * SIZE;
            Vector<E> x = ((VectorSpecies<E>) SPECIES).fromMemorySegment(a, aAt + at, Lanes.ORDER);
            ((UnaryBody<E>) BODY).apply(x).intoMemorySegment(out, outAt + at, Lanes.ORDER);
        }
        if (i < n) {
            long at = (long) i * SIZE;
            long bytes = (long) (n - i) * SIZE;
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(a, aAt + at, tail, 0, bytes);
            run(tail, 0, tail, 0, b, bAt, c, cAt, LANES);
            MemorySegment.copy(tail, 0, out, outAt + at, bytes);
        }
    }
}
