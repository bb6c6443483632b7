package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of argmax and argmin of many columns side by side: vectors lie across columns, and keep the best value of each
 * and the row where it was. Class data: dtype (F32, F64, I32 or I64), whether largest.
 */
final class ArgColumnTemplate<E, I> implements ArgReductions.Columns {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final boolean LARGEST = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);
    private static final boolean FLOATING = DTYPE.isFloatingPoint();
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final VectorSpecies<?> ROWS = Lanes.speciesOfSize(DTYPE.byteSize());
    private static final long BYTES = SPECIES.vectorByteSize();

    ArgColumnTemplate() {}

    @Override
    public void run(MemorySegment x, long at, long step, int n, MemorySegment best, MemorySegment rows, int vectors) {
        MemorySegment.copy(x, at, best, 0, vectors * BYTES);
        rows.asSlice(0, vectors * BYTES).fill((byte) 0);
        for (int row = 1; row < n; row++) {
            Vector<I> number = ArgColumnTemplate.<I>rowSpecies().broadcast(row);
            long from = at + row * step;
            for (long i = 0; i < vectors * BYTES; i += BYTES) {
                update(x, from + i, best, rows, i, number);
            }
        }
    }

    private void update(MemorySegment x, long at, MemorySegment best, MemorySegment rows, long i, Vector<I> number) {
        Vector<E> old = load(best, i);
        Vector<E> element = load(x, at);
        VectorMask<E> wins = wins(element, old);
        old.blend(element, wins).intoMemorySegment(best, i, Lanes.ORDER);
        ArgColumnTemplate.<I>rowSpecies()
                .fromMemorySegment(rows, i, Lanes.ORDER)
                .blend(number, wins.cast(ArgColumnTemplate.<I>rowSpecies()))
                .intoMemorySegment(rows, i, Lanes.ORDER);
    }

    private static <E> VectorMask<E> wins(Vector<E> element, Vector<E> old) {
        if (!FLOATING) {
            return element.compare(LARGEST ? VectorOperators.GT : VectorOperators.LT, old);
        }
        // Not "no better": true for a NaN element. A NaN that is there already stays.
        return element.compare(LARGEST ? VectorOperators.LE : VectorOperators.GE, old)
                .not()
                .and(old.compare(VectorOperators.EQ, old));
    }

    @SuppressWarnings("unchecked")
    private static <I> VectorSpecies<I> rowSpecies() {
        return (VectorSpecies<I>) ROWS;
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment x, long at) {
        return ((VectorSpecies<E>) SPECIES).fromMemorySegment(x, at, Lanes.ORDER);
    }
}
