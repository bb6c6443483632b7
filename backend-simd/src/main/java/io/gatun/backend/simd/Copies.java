package io.gatun.backend.simd;

import io.gatun.tensor.Layout;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;

/**
 * Elements from one layout into another, their bits unlooked at.
 *
 * <p>Three cases. Runs contiguous on both sides are block copies. Where the output is contiguous along one loop and the
 * input along another, the copy is a {@link Transposition}. All else is a loop of strided runs: along the innermost loop, or if that has a few steps
 * only, along the longest.
 */
final class Copies {
    private static final long SMALL_BAND = 128;
    private static final long LARGE = 8L * Transposition.BAND * Transposition.BAND; // elements worth bands that large
    private static final int SHORT = 8;
    private static final long PIECE = 512;
    private static final long GRAIN_BYTES = 4L * Workers.GRAIN;

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
        int across = nest.innerStride(0) == 1 && Math.abs(nest.innerStride(1)) > 1 ? contiguousLoopOfInput() : -1;
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
            long inAt = in * size + i * inStep;
            long outAt = out * size + i * outStep;
            if (outStep == size) {
                Strided.gather(size, from, inAt, inStep, to, outAt, length);
            } else {
                Strided.copy(size, from, inAt, inStep, to, outAt, outStep, length);
            }
        }
    }

    /** An outer loop, of some length, along which the input is contiguous; -1 if there is none. */
    private int contiguousLoopOfInput() {
        for (int loop = nest.loops() - 2; loop >= 0; loop--) {
            if (nest.stride(1, loop) == 1 && nest.size(loop) >= 4 && nest.innerSize() > Strided.LONGEST_STEP) {
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
        long inStep = nest.innerStride(1) * size;
        long outStep = nest.stride(0, across) * size;
        long rows = nest.innerSize(); // of the input
        long columns = nest.size(across);
        long band = rows * columns >= LARGE ? Transposition.BAND : SMALL_BAND;
        long bands = Math.ceilDiv(rows, band);
        long strips = Math.ceilDiv(columns, band);
        long units = nest.outerCount() / columns * bands * strips;
        long grain = Math.max(1, GRAIN_BYTES / size / (Math.min(rows, band) * Math.min(columns, band)));
        Workers.shared().run(units, grain, (first, last) -> {
            for (long unit = first; unit < last; unit++) {
                long matrix = unit / bands / strips;
                long row = unit % bands * band;
                long column = unit / bands % strips * band;
                Transposition.run(
                        size,
                        (int) Math.min(band, rows - row),
                        (int) Math.min(band, columns - column),
                        from,
                        (Transposition.offset(nest, 1, matrix, across) + column) * size + row * inStep,
                        inStep,
                        to,
                        (Transposition.offset(nest, 0, matrix, across) + row) * size + column * outStep,
                        outStep);
            }
        });
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
        boolean zipped = nest.innerSize() <= Strided.LONGEST_STEP
                && nest.innerStride(0) == 1
                && nest.stride(0, loop) == nest.innerSize()
                && nest.stride(1, loop) == 1;
        long grain = Math.max(1, GRAIN_BYTES / size / (Math.min(n, PIECE) * nest.innerSize()));
        Workers.shared().run(units, grain, (first, last) -> {
            for (long unit = first; unit < last; unit++) {
                long begin = unit % pieces * PIECE;
                long out = Transposition.offset(nest, 0, unit / pieces, loop) * size + begin * outStep;
                long in = Transposition.offset(nest, 1, unit / pieces, loop) * size + begin * inStep;
                int length = (int) Math.min(PIECE, n - begin);
                if (zipped) {
                    int rows = (int) nest.innerSize();
                    Strided.zip(size, rows, from, in, nest.innerStride(1) * size, to, out, length);
                    continue;
                }
                for (long i = 0; i < nest.innerSize(); i++) {
                    long outAt = out + i * nest.innerStride(0) * size;
                    long inAt = in + i * nest.innerStride(1) * size;
                    Strided.copy(size, from, inAt, inStep, to, outAt, outStep, length);
                }
            }
        });
    }
}
