package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The index of the largest or smallest element along a dimension.
 *
 * <ul>
 *   <li><em>Columns</em> ({@link ArgColumnTemplate}): many runs side by side in memory, by vectors across them.
 *   <li><em>Rows</em> ({@link ArgRows}): the extreme of each block of a run by the kernel of amax and amin, and then a search
 *       for it in the one block that has it.
 *   <li>Runs of a few elements: one after the other ({@link ArgTemplate}).
 * </ul>
 */
final class ArgReductions {
    /** Stamped from {@link ArgTemplate}. */
    interface Kernel {
        /** The index of the winner among {@code n} elements every {@code step} bytes, n at least 1. */
        long run(MemorySegment x, long at, long step, long n);
    }

    /** Stamped from {@link SearchTemplate}. */
    interface Search {
        /** The index of the first of {@code n} elements that is the one repeated in {@code key}; it is there. */
        int first(MemorySegment x, long at, int n, MemorySegment key);
    }

    /** Stamped from {@link ArgColumnTemplate}. */
    interface Columns {
        /**
         * The winners of columns of {@code n} elements every {@code step} bytes.
         *
         * @param best room for the winners' values
         * @param rows receives the winners' row numbers, as integers of the dtype's size
         * @param vectors how many vectors of columns there are
         */
        void run(MemorySegment x, long at, long step, int n, MemorySegment best, MemorySegment rows, int vectors);
    }

    private static final int SHORT = 32;
    private static final @Nullable Kernel[] KERNELS = new Kernel[DType.values().length * 2];
    private static final @Nullable Columns[] COLUMNS = new Columns[DType.values().length * 2];

    private final Op.ArgReduce op;
    private final DType dtype;
    private final int size;
    private final MemorySegment x;
    private final MemorySegment out;
    private final LoopNest nest; // operand 0 is x, 1 the output
    private final long inner;
    private final long n;
    private final long stride;

    /** Executes {@code op}; the output is I64. */
    static void reduce(Op.ArgReduce op, TensorView x, TensorView out) {
        if (!out.layout().shape().isEmpty()) {
            new ArgReductions(op, x, out).run();
        }
    }

    private ArgReductions(Op.ArgReduce op, TensorView x, TensorView out) {
        this.op = op;
        dtype = x.dtype();
        size = dtype.byteSize();
        this.x = x.storage().segment();
        this.out = out.storage().segment();
        Layout in = x.layout();
        boolean scalar = in.rank() == 0; // dimension 0 of a scalar is itself
        n = scalar ? 1 : in.shape().size(op.dim());
        stride = scalar ? 1 : in.stride(op.dim());
        Layout to = out.layout();
        nest = LoopNest.of(scalar ? in : in.select(op.dim(), 0), !scalar && op.keepDim() ? to.select(op.dim(), 0) : to);
        inner = nest.innerSize();
    }

    private void run() {
        if (byColumns()) {
            long strips = Math.ceilDiv(inner, Scratch.BLOCK);
            long work = Math.min(inner, Scratch.BLOCK) * n;
            Workers.shared()
                    .run(nest.outerCount() * strips, Math.max(1, Elementwise.GRAIN / 2 / work), this::runStrips);
        } else if (n < SHORT) {
            Kernel kernel = kernel(dtype, op.largest());
            Workers.shared()
                    .run(
                            nest.outerCount() * inner,
                            Math.max(1, Elementwise.GRAIN / 4 / n),
                            (from, to) -> forEach(
                                    from,
                                    to,
                                    (at, target) -> store(target, kernel.run(x, at * size, stride * size, n))));
        } else {
            runRows();
        }
    }

    private void runRows() {
        ArgRows rows = new ArgRows(dtype, op.largest(), x, stride, n);
        long count = nest.outerCount() * inner;
        if (n > ArgRows.CHUNK && count < 4L * Workers.shared().threads()) { // few and long: each by all threads
            forEach(0, count, (at, target) -> store(target, rows.sharedWinner(at)));
        } else {
            Workers.shared()
                    .run(
                            count,
                            Math.max(1, Elementwise.GRAIN / 2 / n),
                            (from, to) -> forEach(from, to, (at, target) -> store(target, rows.winner(at))));
        }
    }

    private boolean byColumns() {
        boolean lanes = dtype == DType.F32 || dtype == DType.F64 || dtype == DType.I32 || dtype == DType.I64;
        return lanes
                && nest.innerStride(0) == 1
                && inner >= Lanes.species(dtype).length()
                && n > 1
                && n <= Integer.MAX_VALUE
                && (stride != 1 || n < SHORT);
    }

    private void runStrips(long from, long to) {
        long strips = Math.ceilDiv(inner, Scratch.BLOCK);
        int lanes = Lanes.species(dtype).length();
        LoopNest.Cursor cursor = nest.cursor(from / strips);
        for (long unit = from; unit < to; unit++) {
            long begin = unit % strips * Scratch.BLOCK;
            int width = (int) Math.min(Scratch.BLOCK, inner - begin);
            int whole = width - width % lanes;
            if (whole > 0) {
                strip(cursor, begin, begin, whole);
            }
            if (whole < width) { // the last vector of columns reaches back over columns that are done
                strip(cursor, inner - lanes, begin + whole, lanes);
            }
            if (unit % strips == strips - 1) {
                cursor.next();
            }
        }
    }

    /** The winners of {@code width} columns from {@code begin} on; those from {@code first} on are stored. */
    private void strip(LoopNest.Cursor cursor, long begin, long first, int width) {
        Scratch scratch = Scratch.mine();
        MemorySegment rows = scratch.block(5);
        columns(dtype, op.largest())
                .run(
                        x,
                        (cursor.offset(0) + begin) * size,
                        stride * size,
                        (int) n,
                        scratch.block(4),
                        rows,
                        width / Lanes.species(dtype).length());
        for (long column = first; column < begin + width; column++) {
            long at = (column - begin) * size;
            long row = size == Integer.BYTES ? rows.get(Lanes.INT, at) : rows.get(Lanes.LONG, at);
            store(cursor.offset(1) + column * nest.innerStride(1), row);
        }
    }

    /** What is done for an output element: where its run begins in x, and its place in the output, in elements. */
    @FunctionalInterface
    private interface Each {
        void run(long at, long target);
    }

    private void forEach(long from, long to, Each each) {
        LoopNest.Cursor cursor = nest.cursor(from / inner);
        long column = from % inner;
        for (long i = from; i < to; i++) {
            each.run(cursor.offset(0) + column * nest.innerStride(0), cursor.offset(1) + column * nest.innerStride(1));
            if (++column == inner) {
                column = 0;
                cursor.next();
            }
        }
    }

    private void store(long target, long index) {
        out.set(Lanes.LONG, target * Long.BYTES, index);
    }

    private static Kernel kernel(DType dtype, boolean largest) {
        int at = Stamp.place(dtype) * 2 + (largest ? 1 : 0);
        Kernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(Kernel.class, ArgTemplate.class, dtype, largest);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    private static Columns columns(DType dtype, boolean largest) {
        int at = Stamp.place(dtype) * 2 + (largest ? 1 : 0);
        Columns kernel = COLUMNS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(Columns.class, ArgColumnTemplate.class, dtype, largest);
            COLUMNS[at] = kernel; // as above
        }
        return kernel;
    }
}
