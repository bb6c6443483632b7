package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of reductions across rows: accumulators are a row in the first-level cache, four rows are combined before they
 * meet it. Class data: dtype, {@link BinaryBody}. The last vector overlaps the one before it, as in {@link UnaryTemplate}.
 */
final class ColumnTemplate<E> implements ColumnKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final BinaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 1, BinaryBody.class);
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final int LANES = SPECIES.length();
    private static final int SIZE = SPECIES.elementSize() / 8;

    ColumnTemplate() {}

    @Override
    public void run(
            MemorySegment x, long at, long step, int rows, MemorySegment acc, long accAt, int n, boolean first) {
        int row = 0;
        if (first) {
            MemorySegment.copy(x, at, acc, accAt, (long) n * SIZE);
            row = 1;
        }
        for (; row <= rows - 4; row += 4) {
            fourRows(x, at + row * step, step, acc, accAt, n);
        }
        for (; row < rows; row++) {
            oneRow(x, at + row * step, acc, accAt, n);
        }
    }

    private void fourRows(MemorySegment x, long at, long step, MemorySegment acc, long accAt, int n) {
        long end = (long) (n - LANES) * SIZE;
        Vector<E> last = four(x, at + end, step, acc, accAt + end);
        for (int i = 0; i < n - LANES; i += LANES) {
            long p = (long) i * SIZE;
            ColumnTemplate.<E>four(x, at + p, step, acc, accAt + p).intoMemorySegment(acc, accAt + p, Lanes.ORDER);
        }
        last.intoMemorySegment(acc, accAt + end, Lanes.ORDER);
    }

    private static <E> Vector<E> four(MemorySegment x, long at, long step, MemorySegment acc, long accAt) {
        Vector<E> left = ColumnTemplate.<E>combine(load(x, at), load(x, at + step));
        Vector<E> right = ColumnTemplate.<E>combine(load(x, at + 2 * step), load(x, at + 3 * step));
        return combine(load(acc, accAt), combine(left, right));
    }

    private void oneRow(MemorySegment x, long at, MemorySegment acc, long accAt, int n) {
        long end = (long) (n - LANES) * SIZE;
        Vector<E> last = combine(load(acc, accAt + end), load(x, at + end));
        for (int i = 0; i < n - LANES; i += LANES) {
            long p = (long) i * SIZE;
            ColumnTemplate.<E>combine(load(acc, accAt + p), load(x, at + p))
                    .intoMemorySegment(acc, accAt + p, Lanes.ORDER);
        }
        last.intoMemorySegment(acc, accAt + end, Lanes.ORDER);
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
