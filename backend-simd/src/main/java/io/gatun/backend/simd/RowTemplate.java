package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of reductions of contiguous runs. Class data: dtype, {@link ReduceKind} (SUM, PROD, AMAX or AMIN), the
 * {@link BinaryBody} of the same function.
 *
 * <p>Eight vectors at a time are combined as a tree, and the result is added to one of four accumulators in turn. The
 * accumulators live in memory: as a local variable that the loop reassigns, a {@code Vector<E>} loses its exact type and
 * every operation on it becomes a call (measured: 0.6 ns an element). A load and a store every eight vectors cost nothing
 * beside that, and four accumulators hide their latency. The tree also makes the rounding error of a sum grow with a
 * 32nd of the length. The order of operations depends on {@code n} alone.
 *
 * <p>Lanes, and what does not fill a vector, are combined in double (or long) one after the other:
 * {@code reduceLanes} has no specified order.
 */
final class RowTemplate<E> implements RowKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Access ELEMENTS = Access.own(DTYPE);
    private static final ReduceKind KIND = Stamp.data(MethodHandles.lookup(), 1, ReduceKind.class);
    private static final BinaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 2, BinaryBody.class);
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;
    private static final int ACCUMULATORS = 4;

    RowTemplate() {}

    @Override
    public double floating(MemorySegment x, long at, int n, MemorySegment scratch) {
        int i = 0;
        double result = Folding.identity(KIND);
        if (n >= 2 * LANES) {
            i = body(x, at, n, scratch);
            for (int lane = 0; lane < LANES; lane++) {
                result = Folding.fold(KIND, result, ELEMENTS.floating(scratch, (long) lane * SIZE));
            }
        }
        for (; i < n; i++) {
            result = Folding.fold(KIND, result, ELEMENTS.floating(x, at + (long) i * SIZE));
        }
        return result;
    }

    @Override
    public long integer(MemorySegment x, long at, int n, MemorySegment scratch) {
        int i = 0;
        long result = Folding.integerIdentity(KIND);
        if (n >= 2 * LANES) {
            i = body(x, at, n, scratch);
            for (int lane = 0; lane < LANES; lane++) {
                result = Folding.fold(KIND, result, ELEMENTS.integer(scratch, (long) lane * SIZE));
            }
        }
        for (; i < n; i++) {
            result = Folding.fold(KIND, result, ELEMENTS.integer(x, at + (long) i * SIZE));
        }
        return result;
    }

    /** All whole vectors of the run, combined into the vector at the start of scratch; returns where they end. */
    private int body(MemorySegment x, long at, int n, MemorySegment scratch) {
        int rounds = n / (8 * LANES);
        for (int round = 0; round < rounds; round++) {
            Vector<E> tree = tree(x, at + (long) round * 8 * BYTES);
            long slot = (long) (round % ACCUMULATORS) * BYTES;
            if (round >= ACCUMULATORS) {
                RowTemplate.<E>combine(load(scratch, slot), tree).intoMemorySegment(scratch, slot, Lanes.ORDER);
            } else {
                tree.intoMemorySegment(scratch, slot, Lanes.ORDER);
            }
        }
        for (int slot = 1; slot < Math.min(rounds, ACCUMULATORS); slot++) {
            accumulate(scratch, scratch, (long) slot * BYTES);
        }
        int i = rounds * 8 * LANES;
        if (rounds == 0) {
            MemorySegment.copy(x, at, scratch, 0, BYTES);
            i = LANES;
        }
        for (; i <= n - LANES; i += LANES) {
            accumulate(scratch, x, at + (long) i * SIZE);
        }
        return i;
    }

    private static <E> void accumulate(MemorySegment scratch, MemorySegment x, long at) {
        RowTemplate.<E>combine(load(scratch, 0), load(x, at)).intoMemorySegment(scratch, 0, Lanes.ORDER);
    }

    private static <E> Vector<E> tree(MemorySegment x, long at) {
        Vector<E> left = RowTemplate.<E>four(x, at);
        Vector<E> right = RowTemplate.<E>four(x, at + 4 * BYTES);
        return combine(left, right);
    }

    private static <E> Vector<E> four(MemorySegment x, long at) {
        Vector<E> left = RowTemplate.<E>combine(load(x, at), load(x, at + BYTES));
        Vector<E> right = RowTemplate.<E>combine(load(x, at + 2 * BYTES), load(x, at + 3 * BYTES));
        return combine(left, right);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> combine(Vector<E> a, Vector<E> b) {
        return ((BinaryBody<E>) BODY).apply(a, b);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment x, long at) {
        return ((VectorSpecies<E>) SPECIES).fromMemorySegment(x, at, Lanes.ORDER);
    }
}
