package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;

/**
 * Reductions along the reduced elements, one output element at a time.
 *
 * <p>The reduced elements of an output, in the order of their loop nest, are cut into blocks: of {@link #VECTORS_OF_A_RUN} vectors
 * where they are one contiguous run, else of {@link Scratch#BLOCK} that are gathered (and half floats widened) first. {@link
 * Runs} reduces blocks, {@link Cascade} combines blocks, and where rows are longer than {@link #CHUNK} it combines
 * chunks, which different threads may have computed.
 */
final class RowReduction {
    private static final int CHUNK = 1 << 16;
    private static final int VECTORS_OF_A_RUN = 512;

    private final ReduceKind kind;
    private final ReduceKind core;
    private final DType dtype;
    private final DType lanes;
    private final boolean floating;
    private final boolean half;
    private final int size;
    private final MemorySegment x;
    private final TensorView out;
    private final LoopNest kept; // operand 0 is x, 1 the output
    private final LoopNest reduced; // x, from the kept element on
    private final long inner;
    private final long innerStride;
    private final long count;
    private final boolean direct;
    private final Runs runs;
    private final int block; // elements of it, a power of two

    RowReduction(ReduceKind kind, TensorView x, TensorView out, LoopNest kept, LoopNest reduced) {
        this.kind = kind;
        this.core = Folding.core(kind);
        this.dtype = x.dtype();
        this.lanes = Lanes.computed(dtype);
        this.floating = dtype.isFloatingPoint();
        this.half = Halves.isHalf(dtype);
        this.size = dtype.byteSize();
        this.x = x.storage().segment();
        this.out = out;
        this.kept = kept;
        this.reduced = reduced;
        this.inner = reduced.innerSize();
        this.innerStride = reduced.innerStride(0);
        this.count = reduced.outerCount() * inner;
        this.direct = !half && reduced.outerCount() == 1 && innerStride == 1;
        this.runs = Runs.of(core, lanes);
        this.block = direct ? VECTORS_OF_A_RUN * Lanes.species(dtype).length() : Scratch.BLOCK;
    }

    void run() {
        long rows = kept.outerCount() * kept.innerSize();
        if (count > CHUNK && rows < 4L * Workers.shared().threads()) {
            runChunks(rows);
            return;
        }
        Workers.shared().run(rows, Math.max(1, Elementwise.GRAIN / count), this::runRows);
    }

    private void runRows(long from, long to) {
        LoopNest.Cursor cursor = kept.cursor(from / kept.innerSize());
        long column = from % kept.innerSize();
        int most = direct && count <= block ? Runs.MOST : 1;
        for (long row = from; row < to; ) {
            int some = (int) Math.min(most, Math.min(to - row, kept.innerSize() - column));
            runSome(
                    cursor.offset(0) + column * kept.innerStride(0),
                    some,
                    cursor.offset(1) + column * kept.innerStride(1));
            row += some;
            column += some;
            if (column == kept.innerSize()) {
                column = 0;
                cursor.next();
            }
        }
    }

    /** Neighbours in the inner loop, several where they are blocks that are not staged. */
    private void runSome(long at, int rows, long target) {
        if (count > block) {
            store(target, partial(at, 0, count));
            return;
        }
        MemorySegment results = run(at, 0, kept.innerStride(0), rows, (int) count);
        ColumnReduction.store(kind, count, results, rows, out, target, kept.innerStride(1));
    }

    /** Few, long rows: chunks of rows go to threads, and their results are combined in order. */
    private void runChunks(long rows) {
        long chunks = Math.ceilDiv(count, CHUNK);
        Cascade[] partials = new Cascade[Math.toIntExact(rows * chunks)];
        Workers.shared().run(rows * chunks, 1, (from, to) -> {
            for (long unit = from; unit < to; unit++) {
                long row = unit / chunks;
                long begin = unit % chunks * CHUNK;
                LoopNest.Cursor cursor = kept.cursor(row / kept.innerSize());
                long at = cursor.offset(0) + row % kept.innerSize() * kept.innerStride(0);
                partials[(int) unit] = partial(at, begin, Math.min(CHUNK, count - begin));
            }
        });
        for (long row = 0; row < rows; row++) {
            Cascade total = new Cascade(core);
            for (long chunk = 0; chunk < chunks; chunk++) {
                Cascade partial = partials[(int) (row * chunks + chunk)];
                if (floating) {
                    total.add(partial.floating());
                } else {
                    total.add(partial.integer());
                }
            }
            LoopNest.Cursor cursor = kept.cursor(row / kept.innerSize());
            store(cursor.offset(1) + row % kept.innerSize() * kept.innerStride(1), total);
        }
    }

    /** The blocks of reduced elements {@code begin} to {@code begin + length}, combined; begin is a chunk's. */
    private Cascade partial(long at, long begin, long length) {
        Cascade cascade = new Cascade(core);
        int most = direct ? Runs.MOST : 1;
        for (long i = 0; i < length; ) {
            int n = (int) Math.min(block, length - i);
            int some = (int) Math.min(most, (length - i) / n);
            MemorySegment results = run(at, begin + i, block, some, n);
            for (long result = 0; result < some; result++) {
                long place = result * lanes.byteSize();
                if (floating) {
                    cascade.add(Element.floating(lanes, results, place));
                } else {
                    cascade.add(Element.integer(lanes, results, place));
                }
            }
            i += (long) some * n;
        }
        return cascade;
    }

    /** {@link Runs#run} of reduced elements from {@code begin} on, of several outputs or blocks where they are not staged. */
    private MemorySegment run(long at, long begin, long step, int rows, int n) {
        if (direct) {
            return runs.run(x, (at + begin) * size, step * size, rows, n);
        }
        Scratch scratch = Scratch.mine();
        stage(at, begin, n, scratch);
        return runs.run(scratch.block(4), 0, 0, 1, n);
    }

    /** Gathers reduced elements {@code begin} to {@code begin + n} of the output at {@code at} into block 4. */
    private void stage(long at, long begin, int n, Scratch scratch) {
        MemorySegment target = half ? scratch.narrow() : scratch.block(4);
        LoopNest.Cursor cursor = reduced.cursor(begin / inner);
        long position = begin % inner;
        for (int done = 0; done < n; ) {
            int length = (int) Math.min(n - done, inner - position);
            long from = (at + cursor.offset(0) + position * innerStride) * size;
            Strided.gather(size, x, from, innerStride * size, target, (long) done * size, length);
            done += length;
            position = 0;
            cursor.next();
        }
        if (half) {
            Halves.widen(dtype, target, 0, scratch.block(4), 0, n);
        }
    }

    private void store(long target, Cascade total) {
        MemorySegment to = out.storage().segment();
        if (floating) {
            Element.set(
                    dtype, to, target * size, kind == ReduceKind.MEAN ? total.floating() / count : total.floating());
        } else {
            Element.set(dtype, to, target * size, total.integer());
        }
    }
}
