package io.gatun.backend.simd;

import io.gatun.tensor.spi.LoopNest;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Matrices transposed on the way from one place to another, whatever their elements are.
 *
 * <p>Squares of as many elements a side as a vector has lanes are transposed by vectors ({@link TransposeTemplate}). Where
 * rows begin with a line of the cache, a square uses every line it touches whole. The last squares of a row or column overlap
 * those before them; what is too narrow for one goes element by element.
 *
 * <p>What a large transposition waits for is not lines but addresses: each row is in a page of its own, on either side. So
 * callers pass some {@link #BAND} rows and columns at a time (measured, 2048 x 2048: 1.6 ms, and 2.7 with 64 or all).
 */
final class Transposition {
    /** Stamped from {@link TransposeTemplate}; offsets and steps in bytes. */
    interface Square {
        /**
         * Element (i, j) to (j, i), of as many elements a side as a vector has lanes.
         *
         * @param step from row to row, the elements of which are neighbours; {@code toStep} likewise
         */
        void run(
                MemorySegment from,
                long at,
                long step,
                MemorySegment to,
                long toAt,
                long toStep,
                MemorySegment scratch);
    }

    /** Rows and columns to transpose at a time, at most. */
    static final int BAND = 512;

    private static final @Nullable Square[] SQUARES = new Square[Long.BYTES + 1];

    private Transposition() {}

    /** Whether a matrix of that size has whole squares. */
    static boolean isWorthIt(int size, long rows, long columns) {
        return Math.min(rows, columns) >= Lanes.speciesOfSize(size).length();
    }

    /** The element of an operand that iteration {@code number} of all loops but one and the innermost begins at. */
    static long offset(LoopNest nest, int operand, long number, int without) {
        long offset = nest.base(operand);
        long rest = number;
        for (int loop = nest.loops() - 2; loop >= 0; loop--) {
            if (loop != without) {
                offset += rest % nest.size(loop) * nest.stride(operand, loop);
                rest /= nest.size(loop);
            }
        }
        return offset;
    }

    private static Square square(int size) {
        Square square = SQUARES[size];
        if (square == null) {
            square = Stamp.kernel(Square.class, TransposeTemplate.class, Lanes.speciesOfSize(size));
            SQUARES[size] = square; // a race stamps twice and keeps one: kernels have no state
        }
        return square;
    }

    /**
     * {@code to[j][i] = from[i][j]} for all {@code i < rows} and {@code j < columns}.
     *
     * @param step bytes from row to row of {@code from}, the elements of which are neighbours; {@code toStep} likewise of
     *     {@code to}
     */
    static void run(
            int size,
            int rows,
            int columns,
            MemorySegment from,
            long at,
            long step,
            MemorySegment to,
            long toAt,
            long toStep) {
        int side = Lanes.speciesOfSize(size).length();
        if (rows < side || columns < side) {
            elements(size, rows, columns, from, at, step, to, toAt, toStep);
            return;
        }
        Square square = square(size);
        MemorySegment scratch = Scratch.mine().narrow();
        for (int i = 0; i < rows; i += side) {
            int row = Math.min(i, rows - side);
            for (int j = 0; j < columns; j += side) {
                int column = Math.min(j, columns - side);
                square.run(
                        from,
                        at + row * step + (long) column * size,
                        step,
                        to,
                        toAt + column * toStep + (long) row * size,
                        toStep,
                        scratch);
            }
        }
    }

    private static void elements(
            int size,
            int rows,
            int columns,
            MemorySegment from,
            long at,
            long step,
            MemorySegment to,
            long toAt,
            long toStep) {
        if (rows < columns) {
            for (int i = 0; i < rows; i++) {
                Strided.copy(size, from, at + i * step, size, to, toAt + (long) i * size, toStep, columns);
            }
        } else {
            for (int j = 0; j < columns; j++) {
                Strided.copy(size, from, at + (long) j * size, step, to, toAt + j * toStep, size, rows);
            }
        }
    }
}
