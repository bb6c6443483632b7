package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators.Conversion;
import jdk.incubator.vector.VectorSpecies;

/** The kernel of conversions of whole vectors: one step, or two by way of another lane type. Class data: the route. */
final class VectorCastTemplate<E, M, F> implements ElementKernel {
    private static final CastRoute ROUTE = Stamp.data(MethodHandles.lookup(), 0, CastRoute.class);
    private static final int LANES = ROUTE.lanes();
    private static final VectorSpecies<?> SOURCE = ROUTE.species(ROUTE.from());
    private static final VectorSpecies<?> MIDDLE = ROUTE.species(ROUTE.by());
    private static final VectorSpecies<?> TARGET = ROUTE.species(ROUTE.to());
    private static final Class<?> EXACT_SOURCE = SOURCE.vectorType();
    private static final Class<?> EXACT_MIDDLE = MIDDLE.vectorType();
    private static final Class<?> EXACT_TARGET = TARGET.vectorType();
    private static final boolean TWO_STEPS = ROUTE.by() != ROUTE.to();
    private static final Conversion<?, ?> FIRST = CastRoute.step(ROUTE.from(), ROUTE.by());
    private static final Conversion<?, ?> SECOND = TWO_STEPS ? CastRoute.step(ROUTE.by(), ROUTE.to()) : FIRST;
    private static final int FROM_SIZE = ROUTE.from().byteSize();
    private static final int TO_SIZE = ROUTE.to().byteSize();

    VectorCastTemplate() {}

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
            one(a, aAt + (long) i * FROM_SIZE, out, outAt + (long) i * TO_SIZE);
        }
        if (i < n) {
            MemorySegment tail = Scratch.mine().tail();
            MemorySegment.copy(a, aAt + (long) i * FROM_SIZE, tail, 0, (long) (n - i) * FROM_SIZE);
            one(tail, 0, tail, 64);
            MemorySegment.copy(tail, 64, out, outAt + (long) i * TO_SIZE, (long) (n - i) * TO_SIZE);
        }
    }

    @SuppressWarnings("unchecked")
    private void one(MemorySegment a, long at, MemorySegment out, long outAt) {
        Vector<E> x = (Vector<E>) EXACT_SOURCE.cast(SOURCE.fromMemorySegment(a, at, Lanes.ORDER));
        Vector<M> middle =
                (Vector<M>) EXACT_MIDDLE.cast(x.convertShape((Conversion<E, M>) FIRST, (VectorSpecies<M>) MIDDLE, 0));
        if (TWO_STEPS) {
            Vector<F> last = (Vector<F>)
                    EXACT_TARGET.cast(middle.convertShape((Conversion<M, F>) SECOND, (VectorSpecies<F>) TARGET, 0));
            last.intoMemorySegment(out, outAt, Lanes.ORDER);
        } else {
            middle.intoMemorySegment(out, outAt, Lanes.ORDER);
        }
    }
}
