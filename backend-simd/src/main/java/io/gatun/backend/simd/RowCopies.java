package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** Blocks of short rows copied; all in bytes. {@code MemorySegment.copy} of a row takes longer than a small row does. */
final class RowCopies {
    /** Stamped from {@link RowCopyTemplate}. */
    interface Kernel {
        /** Rows of {@code n} bytes, at least one vector. */
        void copy(MemorySegment from, long at, long fromRow, MemorySegment to, long toAt, long toRow, int rows, long n);

        /** Rows of {@code n} bytes, at least one vector: those that {@code indices} count, in steps of {@code fromRow}. */
        void pick(
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
                long n);
    }

    /** Bytes of the shortest row that kernels copy. */
    static final int SHORTEST = 8;

    private static final @Nullable Kernel[] KERNELS = new Kernel[Long.SIZE];

    private RowCopies() {}

    /** Copies {@code rows} rows of {@code n} bytes, and writes nothing beyond. */
    static void copy(
            MemorySegment from, long at, long fromRow, MemorySegment to, long toAt, long toRow, int rows, long n) {
        if (n >= SHORTEST) {
            kernel(n).copy(from, at, fromRow, to, toAt, toRow, rows, n);
            return;
        }
        for (int r = 0; r < rows; r++) {
            for (long i = 0; i < n; i++) {
                to.set(Lanes.BYTE, toAt + r * toRow + i, from.get(Lanes.BYTE, at + r * fromRow + i));
            }
        }
    }

    /** For rows of {@code n} bytes, {@link #SHORTEST} at least: that of the longest vectors of which a row has one. */
    static Kernel kernel(long n) {
        int longest = VectorWidth.species(byte.class).vectorByteSize();
        int bytes = n >= longest ? longest : (int) Long.highestOneBit(n);
        int place = Integer.numberOfTrailingZeros(bytes);
        Kernel kernel = KERNELS[place];
        if (kernel == null) {
            VectorSpecies<Byte> species = VectorSpecies.of(byte.class, VectorShape.forBitSize(bytes * Byte.SIZE));
            kernel = Stamp.kernel(Kernel.class, RowCopyTemplate.class, species);
            KERNELS[place] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }
}
