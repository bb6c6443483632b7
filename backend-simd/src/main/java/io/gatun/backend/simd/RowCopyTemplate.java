package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/** The kernels of rows copied, the last vector of each over the one before. Class data: a species of bytes. */
final class RowCopyTemplate implements RowCopies.Kernel {
    @SuppressWarnings("unchecked")
    private static final VectorSpecies<Byte> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);

    private static final Class<?> EXACT = SPECIES.vectorType();
    private static final long BYTES = SPECIES.vectorByteSize();

    RowCopyTemplate() {}

    @Override
    public void copy(
            MemorySegment from, long at, long fromRow, MemorySegment to, long toAt, long toRow, int rows, long n) {
        long end = n - BYTES;
        if (end <= BYTES) { // a loop of one turn within the loop would take three times as long
            for (int r = 0; r < rows; r++) {
                move(from, at + r * fromRow, to, toAt + r * toRow);
                move(from, at + r * fromRow + end, to, toAt + r * toRow + end);
            }
            return;
        }
        for (int r = 0; r < rows; r++) {
            long source = at + r * fromRow;
            long target = toAt + r * toRow;
            for (long p = 0; p < end; p += BYTES) {
                move(from, source + p, to, target + p);
            }
            move(from, source + end, to, target + end);
        }
    }

    @Override
    public void pick(
            MemorySegment from,
            long at,
            long fromRow,
            MemorySegment indices,
            long indexAt,
            long indexStep,
            MemorySegment to,
            long toAt,
            long toRow,
            int rows,
            long n) {
        long end = n - BYTES;
        for (int r = 0; r < rows; r++) {
            long source = at + indices.get(Lanes.LONG, indexAt + r * indexStep) * fromRow;
            long target = toAt + r * toRow;
            for (long p = 0; p < end; p += BYTES) {
                move(from, source + p, to, target + p);
            }
            move(from, source + end, to, target + end);
        }
    }

    private static void move(MemorySegment from, long at, MemorySegment to, long toAt) {
        ByteVector x = (ByteVector) EXACT.cast(ByteVector.fromMemorySegment(SPECIES, from, at, Lanes.ORDER));
        x.intoMemorySegment(to, toAt, Lanes.ORDER);
    }
}
