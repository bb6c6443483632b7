package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of two, three or four rows whose elements are stored in turns: planes of colours to pixels, an element repeated.
 * Class data: a species of integers, the number of rows.
 *
 * <p>Each vector of the result takes its lanes from the first two rows, what came out and the third, and so on, by tables
 * that say which.
 */
final class ZipTemplate implements Strided.Zip {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final int ROWS = Stamp.data(MethodHandles.lookup(), 1, Integer.class);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;
    private static final DType DTYPE = Lanes.integer(SIZE);
    private static final MemorySegment TABLES = tables(); // for each vector of the result and each row but the first

    ZipTemplate() {}

    private static MemorySegment tables() {
        MemorySegment tables = Arena.global().allocate(ROWS * (ROWS - 1L) * BYTES, BYTES);
        for (int vector = 0; vector < ROWS; vector++) {
            for (int row = 1; row < ROWS; row++) {
                for (int i = 0; i < LANES; i++) {
                    int at = vector * LANES + i;
                    long before = row == 1 && at % ROWS == 0 ? at / ROWS : i;
                    Element.set(
                            DTYPE,
                            tables,
                            table(vector, row) + (long) i * SIZE,
                            at % ROWS == row ? LANES + at / ROWS : before);
                }
            }
        }
        return tables;
    }

    private static long table(int vector, int row) {
        return (vector * (ROWS - 1) + row - 1) * BYTES;
    }

    @Override
    public void run(MemorySegment from, long at, long step, MemorySegment to, long toAt, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            long column = at + (long) i * SIZE;
            long target = toAt + (long) i * ROWS * SIZE;
            for (int vector = 0; vector < ROWS; vector++) {
                one(vector, from, column, step, to, target + vector * BYTES);
            }
        }
        for (; i < n; i++) {
            for (int row = 0; row < ROWS; row++) {
                long element = Element.integer(DTYPE, from, at + row * step + (long) i * SIZE);
                Element.set(DTYPE, to, toAt + ((long) i * ROWS + row) * SIZE, element);
            }
        }
    }

    private static <E> void one(int vector, MemorySegment from, long at, long step, MemorySegment to, long target) {
        Vector<E> two = ZipTemplate.<E>load(TABLES, table(vector, 1)).selectFrom(load(from, at), load(from, at + step));
        if (ROWS == 2) {
            two.intoMemorySegment(to, target, Lanes.ORDER);
            return;
        }
        Vector<E> three = ZipTemplate.<E>load(TABLES, table(vector, 2)).selectFrom(two, load(from, at + 2 * step));
        if (ROWS == 3) {
            three.intoMemorySegment(to, target, Lanes.ORDER);
            return;
        }
        ZipTemplate.<E>load(TABLES, table(vector, 3))
                .selectFrom(three, load(from, at + 3 * step))
                .intoMemorySegment(to, target, Lanes.ORDER);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment from, long at) {
        return ((VectorSpecies<E>) SPECIES).fromMemorySegment(from, at, Lanes.ORDER);
    }
}
