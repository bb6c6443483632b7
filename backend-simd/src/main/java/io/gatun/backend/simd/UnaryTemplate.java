package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of functions of one operand with a short body: {@code out[i] = f(a[i])}, bound by loads and stores, four vectors
 * a round. Class data: species, {@link UnaryBody}. Long bodies have {@link HeavyUnaryTemplate}.
 *
 * <p>The last vector of a run overlaps the one before it instead of being a partial one. It is computed before the loop,
 * because the loop may overwrite its operand, and stored after it. Runs shorter than a vector go through scratch.
 */
final class UnaryTemplate<E> implements ElementKernel {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final UnaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 1, UnaryBody.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;

    UnaryTemplate() {}

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
            runShort(out, outAt, a, aAt, n);
            return;
        }
        long end = (long) (n - LANES) * SIZE;
        Vector<E> last = one(a, aAt + end);
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            long at = (long) i * SIZE;
            one(a, aAt + at).intoMemorySegment(out, outAt + at, Lanes.ORDER);
            one(a, aAt + at + BYTES).intoMemorySegment(out, outAt + at + BYTES, Lanes.ORDER);
            one(a, aAt + at + 2 * BYTES).intoMemorySegment(out, outAt + at + 2 * BYTES, Lanes.ORDER);
            one(a, aAt + at + 3 * BYTES).intoMemorySegment(out, outAt + at + 3 * BYTES, Lanes.ORDER);
        }
        for (; i < n - LANES; i += LANES) {
            long at = (long) i * SIZE;
            one(a, aAt + at).intoMemorySegment(out, outAt + at, Lanes.ORDER);
        }
        last.intoMemorySegment(out, outAt + end, Lanes.ORDER);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> one(MemorySegment a, long at) {
        return ((UnaryBody<E>) BODY).apply(((VectorSpecies<E>) SPECIES).fromMemorySegment(a, at, Lanes.ORDER));
    }

    private void runShort(MemorySegment out, long outAt, MemorySegment a, long aAt, int n) {
        MemorySegment tail = Scratch.mine().tail();
        MemorySegment.copy(a, aAt, tail, 0, (long) n * SIZE);
        Vector<E> result = one(tail, 0);
        result.intoMemorySegment(tail, 0, Lanes.ORDER);
        MemorySegment.copy(tail, 0, out, outAt, (long) n * SIZE);
    }
}
