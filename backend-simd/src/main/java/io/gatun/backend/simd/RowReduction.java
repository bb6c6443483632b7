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
 * RowKernel} reduces a block, {@link Cascade} combines blocks, and where rows are longer than {@link #CHUNK} it combines
 * chunks, which different threads may have computed.
 */
final class RowReduction {
    private static final int CHUNK = 1 << 16;
    private static final int VECTORS_OF_A_RUN = 512;

    private final ReduceKind kind;
    private final ReduceKind core;
    private final DType dtype;
    private final DType outType;
    private final boolean floating;
    private final boolean half;
    private final int size;
    private final MemorySegment x;
    private final MemorySegment out;
    private final LoopNest kept; // operand 0 is x, 1 the output
    private final LoopNest reduced; // x, from the kept element on
    private final long inner;
    private final long innerStride;
    private final long count;
    private final boolean direct;
    private final RowKernel kernel;
    private final int block; // elements of it, a power of two

    RowReduction(ReduceKind kind, TensorView x, TensorView out, LoopNest kept, LoopNest reduced) {
        this.kind = kind;
        this.core = Folding.core(kind);
        this.dtype = x.dtype();
        this.outType = out.dtype();
        this.floating = dtype.isFloatingPoint();
        this.half = Halves.isHalf(dtype);
        this.size = dtype.byteSize();
        this.x = x.storage().segment();
        this.out = out.storage().segment();
        this.kept = kept;
        this.reduced = reduced;
        this.inner = reduced.innerSize();
        this.innerStride = reduced.innerStride(0);
        this.count = reduced.outerCount() * inner;
        this.direct = !half && reduced.outerCount() == 1 && innerStride == 1;
        this.kernel = ReduceKernels.rows(core, Lanes.computed(dtype));
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
        Scratch scratch = Scratch.mine();
        LoopNest.Cursor cursor = kept.cursor(from / kept.innerSize());
        long column = from % kept.innerSize();
        for (long row = from; row < to; row++) {
            long at = cursor.offset(0) + column * kept.innerStride(0);
            long target = cursor.offset(1) + column * kept.innerStride(1);
            if (count <= block) {
                int n = (int) count;
                stage(at, 0, n, scratch);
                MemorySegment elements = direct ? x : scratch.block(4);
                long begin = direct ? at * size : 0;
                if (floating) {
                    storeFloating(target, kernel.floating(elements, begin, n, scratch.accumulators()));
                } else {
                    storeInteger(target, kernel.integer(elements, begin, n, scratch.accumulators()));
                }
            } else {
                store(target, partial(at, 0, count, scratch));
            }
            if (++column == kept.innerSize()) {
                column = 0;
                cursor.next();
            }
        }
    }

    /** Few, long rows: chunks of rows go to threads, and their results are combined in order. */
    private void runChunks(long rows) {
        long chunks = Math.ceilDiv(count, CHUNK);
        Cascade[] partials = new Cascade[Math.toIntExact(rows * chunks)];
        Workers.shared().run(rows * chunks, 1, (from, to) -> {
            Scratch scratch = Scratch.mine();
            for (long unit = from; unit < to; unit++) {
                long row = unit / chunks;
                long begin = unit % chunks * CHUNK;
                LoopNest.Cursor cursor = kept.cursor(row / kept.innerSize());
                long at = cursor.offset(0) + row % kept.innerSize() * kept.innerStride(0);
                partials[(int) unit] = partial(at, begin, Math.min(CHUNK, count - begin), scratch);
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
    private Cascade partial(long at, long begin, long length, Scratch scratch) {
        Cascade cascade = new Cascade(core);
        for (long i = begin; i < begin + length; i += block) {
            int n = (int) Math.min(block, begin + length - i);
            stage(at, i, n, scratch);
            MemorySegment from = direct ? x : scratch.block(4);
            long offset = direct ? (at + i) * size : 0;
            if (floating) {
                cascade.add(kernel.floating(from, offset, n, scratch.accumulators()));
            } else {
                cascade.add(kernel.integer(from, offset, n, scratch.accumulators()));
            }
        }
        return cascade;
    }

    /** Gathers reduced elements {@code begin} to {@code begin + n} of the output at {@code at} into block 4. */
    private void stage(long at, long begin, int n, Scratch scratch) {
        if (direct) {
            return;
        }
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
        if (floating) {
            storeFloating(target, total.floating());
        } else {
            storeInteger(target, total.integer());
        }
    }

    private void storeFloating(long target, double value) {
        double result = kind == ReduceKind.MEAN ? value / count : value;
        Access.of(outType).set(out, target * outType.byteSize(), result);
    }

    private void storeInteger(long target, long value) {
        Access.of(outType).set(out, target * outType.byteSize(), value);
    }
}
