package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of every second, third or fourth element, of elements backwards, and of one element repeated. Class data: a
 * species of integers, the step (2, 3, 4, -1 or 0).
 *
 * <p>As many vectors as the step says are loaded for one that is stored: the first with the second, what came out with the
 * third, and so on, each time taking from the new one the lanes that it has of the result.
 */
final class EveryTemplate implements Strided.Every {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final Class<?> EXACT = SPECIES.vectorType();
    private static final int STEP = Stamp.data(MethodHandles.lookup(), 1, Integer.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;
    private static final int BEYOND = STEP > 1 ? 1 : 0; // what is loaded for the last elements may reach beyond them
    private static final Vector<?> SECOND = lanes(1);
    private static final Vector<?> THIRD = lanes(2);
    private static final Vector<?> FOURTH = lanes(3);

    EveryTemplate() {}

    /** Where the lanes of the result are: in what came of the vectors before this one, or, from LANES on, in this one. */
    private static Vector<?> lanes(int vector) {
        int[] lanes = new int[LANES];
        for (int i = 0; i < LANES; i++) {
            int at = i * STEP - vector * LANES;
            lanes[i] = STEP < 0 ? LANES - 1 - i : at >= 0 ? at % LANES + LANES : vector == 1 ? at + LANES : i;
        }
        return SPECIES.shuffleFromArray(lanes, 0).toVector();
    }

    @Override
    public void run(MemorySegment from, long at, MemorySegment to, long toAt, int n) {
        MemorySegment x = from;
        long xAt = at;
        if (STEP == 0) {
            x = Scratch.mine().tail();
            xAt = 0;
            Lanes.repeat(SIZE, from, at, x, 0);
        }
        int i = 0;
        for (; i <= n - LANES - BEYOND; i += LANES) {
            one(x, xAt + (long) i * STEP * SIZE).intoMemorySegment(to, toAt + (long) i * SIZE, Lanes.ORDER);
        }
        // Not a loop here: compiled after long runs, one in a stamped class took 4 ns an element.
        long step = (long) STEP * SIZE;
        Strided.copy(SIZE, from, at + i * step, step, to, toAt + (long) i * SIZE, SIZE, n - i);
    }

    private static <E> Vector<E> one(MemorySegment from, long at) {
        if (STEP == 0) {
            return cast((Vector<?>) EXACT.cast(load(from, at)));
        }
        if (STEP < 0) {
            return EveryTemplate.<E>cast(SECOND).selectFrom(load(from, at - BYTES + SIZE));
        }
        Vector<E> two = EveryTemplate.<E>cast(SECOND).selectFrom(load(from, at), load(from, at + BYTES));
        if (STEP == 2) {
            return two;
        }
        Vector<E> three = EveryTemplate.<E>cast(THIRD).selectFrom(two, load(from, at + 2 * BYTES));
        return STEP == 3 ? three : EveryTemplate.<E>cast(FOURTH).selectFrom(three, load(from, at + 3 * BYTES));
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> cast(Vector<?> lanes) {
        return (Vector<E>) lanes;
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment from, long at) {
        return ((VectorSpecies<E>) SPECIES).fromMemorySegment(from, at, Lanes.ORDER);
    }
}
