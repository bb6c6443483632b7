package io.gatun.backend.simd;

import io.gatun.tensor.Layout;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;

/**
 * Elements from one layout into another, their bits unlooked at.
 *
 * <p>Three cases. Runs contiguous on both sides are block copies. Where the output is contiguous along one loop and the
 * input along another, the copy is a transposition and goes tile by tile: a tile of both fits the first-level cache, so that
 * every line fetched is used whole. All else is a loop of strided runs: along the innermost loop, or if that has a few steps
 * only, along the longest.
 */
final class Copies {
    private static final int TILE = 32;
    private static final int SHORT = 8;
    private static final long PIECE = 512;
    private static final long GRAIN_BYTES = 1 << 18;

    private final LoopNest nest;
    private final MemorySegment from;
    private final MemorySegment to;
    private final int size;

    private Copies(LoopNest nest, MemorySegment from, MemorySegment to, int size) {
        this.nest = nest;
        this.from = from;
        this.to = to;
        this.size = size;
    }

    /** Copies all of {@code in} to {@code out}, which has the same shape and dtype. */
    static void copy(TensorView out, TensorView in) {
        copy(
                out.dtype().byteSize(),
                out.storage().segment(),
                out.layout(),
                in.storage().segment(),
                in.layout());
    }

    /** The same for elements of {@code size} bytes. */
    static void copy(int size, MemorySegment to, Layout out, MemorySegment from, Layout in) {
        if (!out.shape().isEmpty()) {
            new Copies(LoopNest.of(out, in), from, to, size).run();
        }
    }

    private void run() {
        long inner = nest.innerSize();
        long runs = nest.outerCount();
        if (runs == 1) {
            Workers.shared()
                    .run(
                            inner,
                            GRAIN_BYTES / size,
                            (first, last) -> copyRun(
                                    nest.base(0) + first * nest.innerStride(0),
                                    nest.base(1) + first * nest.innerStride(1),
                                    last - first));
            return;
        }
        int across = nest.innerStride(0) == 1 && nest.innerStride(1) != 1 ? contiguousLoopOfInput() : -1;
        if (across >= 0) {
            transpose(across);
            return;
        }
        int longest = inner < SHORT ? longestLoop() : -1;
        if (longest >= 0) {
            copyAlong(longest);
            return;
        }
        Workers.shared().run(runs, Math.max(1, GRAIN_BYTES / size / inner), (first, last) -> {
            LoopNest.Cursor cursor = nest.cursor(first);
            for (long run = first; run < last; run++) {
                copyRun(cursor.offset(0), cursor.offset(1), inner);
                cursor.next();
            }
        });
    }

    private void copyRun(long out, long in, long n) {
        long outStep = nest.innerStride(0) * size;
        long inStep = nest.innerStride(1) * size;
        if (outStep == size && inStep == size && n * size >= 64) {
            MemorySegment.copy(from, in * size, to, out * size, n * size);
            return;
        }
        int piece = 1 << 30;
        for (long i = 0; i < n; i += piece) {
            int length = (int) Math.min(piece, n - i);
            Strided.copy(size, from, in * size + i * inStep, inStep, to, out * size + i * outStep, outStep, length);
        }
    }

    /** An outer loop, of some length, along which the input is contiguous; -1 if there is none. */
    private int contiguousLoopOfInput() {
        for (int loop = nest.loops() - 2; loop >= 0; loop--) {
            if (nest.stride(1, loop) == 1 && nest.size(loop) >= 4 && nest.innerSize() >= 4) {
                return loop;
            }
        }
        return -1;
    }

    /**
     * Loop {@code across} and the innermost as a matrix to transpose, for each index of the other loops. Worked example: a
     * (64, 100) matrix stored by columns: the innermost loop has 100 steps of 1 in the output and 64 in the input; across
     * it, 64 steps of 100 in the output and of 1 in the input.
     */
    private void transpose(int across) {
        int innermost = nest.loops() - 1;
        long rows = nest.size(across);
        long columns = nest.size(innermost);
        long bands = Math.ceilDiv(rows, TILE);
        long matrices = nest.outerCount() / rows;
        long grain = Math.max(1, GRAIN_BYTES / size / (TILE * columns));
        Workers.shared().run(matrices * bands, grain, (first, last) -> {
            for (long unit = first; unit < last; unit++) {
                long out = offset(0, unit / bands, across);
                long in = offset(1, unit / bands, across);
                long row = unit % bands * TILE;
                transposeBand(across, out, in, row, (int) Math.min(TILE, rows - row), columns);
            }
        });
    }

    /** The element of an operand that iteration {@code number} of all loops but one and the innermost begins at. */
    private long offset(int operand, long number, int without) {
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

    /** The longest of the outer loops, if much longer than the innermost; else -1. */
    private int longestLoop() {
        int longest = -1;
        long most = 4 * SHORT;
        for (int loop = nest.loops() - 2; loop >= 0; loop--) {
            if (nest.size(loop) > most) {
                longest = loop;
                most = nest.size(loop);
            }
        }
        return longest;
    }

    /**
     * Runs along {@code loop}, one for each step of the innermost, which is so short that starting it would be most of the
     * work: 9 ns for two elements. Pieces of the loop stay in the first cache until all those runs are through.
     */
    private void copyAlong(int loop) {
        long n = nest.size(loop);
        long pieces = Math.ceilDiv(n, PIECE);
        long units = nest.outerCount() / n * pieces;
        long outStep = nest.stride(0, loop) * size;
        long inStep = nest.stride(1, loop) * size;
        long grain = Math.max(1, GRAIN_BYTES / size / (Math.min(n, PIECE) * nest.innerSize()));
        Workers.shared().run(units, grain, (first, last) -> {
            for (long unit = first; unit < last; unit++) {
                long begin = unit % pieces * PIECE;
                long out = offset(0, unit / pieces, loop) * size + begin * outStep;
                long in = offset(1, unit / pieces, loop) * size + begin * inStep;
                int length = (int) Math.min(PIECE, n - begin);
                for (long i = 0; i < nest.innerSize(); i++) {
                    long outAt = out + i * nest.innerStride(0) * size;
                    long inAt = in + i * nest.innerStride(1) * size;
                    Strided.copy(size, from, inAt, inStep, to, outAt, outStep, length);
                }
            }
        });
    }

    private void transposeBand(int across, long out, long in, long row, int rows, long columns) {
        long outRow = nest.stride(0, across) * size;
        long inColumn = nest.innerStride(1) * size;
        long outAt = out * size + row * outRow;
        long inAt = (in + row) * size;
        for (long column = 0; column < columns; column += TILE) {
            int width = (int) Math.min(TILE, columns - column);
            long outTile = outAt + column * size;
            long inTile = inAt + column * inColumn;
            for (int i = 0; i < rows; i++) {
                Strided.copy(size, from, inTile + (long) i * size, inColumn, to, outTile + i * outRow, size, width);
            }
        }
    }
}
