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
    }

    private static final int SHORTEST = 8; // bytes
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

    /** That of the longest vectors of which a row has one. */
    private static Kernel kernel(long n) {
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
