package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Reductions across rows: an accumulator for each of up to {@link #WIDTH} neighbouring outputs, and rows of that width
 * combined with them.
 *
 * <h2>A tree of rows</h2>
 *
 * <p>{@link #UNIT} rows are combined into one, and such rows pairwise, as by {@link Cascade}, with a row for every level of
 * the tree. The tree depends on the number of rows alone. Where there are few columns and many rows, threads take ranges
 * of 2^k units, whose results are inner nodes of the same tree.
 *
 * <h2>Rows that are not contiguous, or of half floats</h2>
 *
 * <p>are gathered and widened four at a time into rows of scratch.
 */
final class ColumnReduction {
    private static final int WIDTH = 1024;
    private static final int UNIT = 32;
    private static final int STAGED_ROWS = 4;
    private static final long PART = 1 << 16; // elements that a thread takes at least

    private static final @Nullable ColumnKernel[] KERNELS =
            new ColumnKernel[ReduceKind.values().length * DType.values().length];

    private final HostPool pool;
    private final ReduceKind kind;
    private final ReduceKind core;
    private final DType dtype;
    private final DType lanes;
    private final int size;
    private final int laneSize;
    private final MemorySegment x;
    private final TensorView out;
    private final LoopNest kept; // operand 0 is x, 1 the output
    private final LoopNest reduced; // x, from the kept element on
    private final boolean direct;
    private final ColumnKernel kernel;
    private final long pieces; // into which the innermost kept loop is cut
    private final long unitsPerRun;
    private final long units;

    ColumnReduction(HostPool pool, ReduceKind kind, TensorView x, TensorView out, LoopNest kept, LoopNest reduced) {
        this.pool = pool;
        this.kind = kind;
        this.core = Folding.core(kind);
        this.dtype = x.dtype();
        this.lanes = Lanes.computed(dtype);
        this.size = dtype.byteSize();
        this.laneSize = lanes.byteSize();
        this.x = x.storage().segment();
        this.out = out;
        this.kept = kept;
        this.reduced = reduced;
        this.direct = !Halves.isHalf(dtype) && kept.innerStride(0) == 1;
        this.kernel = kernel(core, lanes);
        this.pieces = Math.ceilDiv(kept.innerSize(), WIDTH);
        this.unitsPerRun = Math.ceilDiv(reduced.innerSize(), UNIT);
        this.units = reduced.outerCount() * unitsPerRun;
    }

    private static ColumnKernel kernel(ReduceKind core, DType lanes) {
        int at = Stamp.place(core) * DType.values().length + Stamp.place(lanes);
        ColumnKernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(
                    ColumnKernel.class, ColumnTemplate.class, lanes, BinaryKernels.body(Folding.binary(core), lanes));
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    void run() {
        long tasks = kept.outerCount() * pieces;
        long width = kept.innerSize() / pieces;
        long part = Math.max(1, Long.highestOneBit(PART / (UNIT * width)));
        if (tasks >= 4L * Workers.shared().threads() || units <= part) {
            long work = width * reduced.outerCount() * reduced.innerSize();
            Workers.shared().run(tasks, Math.max(1, Elementwise.GRAIN / work), (from, to) -> {
                for (long task = from; task < to; task++) {
                    runTask(task, units);
                }
            });
        } else {
            for (long task = 0; task < tasks; task++) {
                runTask(task, part);
            }
        }
    }

    /** One piece of the innermost kept loop at one index of the others, in parts of so many units. */
    private void runTask(long task, long part) {
        LoopNest.Cursor cursor = kept.cursor(task / pieces);
        long first = begin(task % pieces);
        int width = (int) (begin(task % pieces + 1) - first);
        long at = cursor.offset(0) + first * kept.innerStride(0);
        long target = cursor.offset(1) + first * kept.innerStride(1);
        long parts = Math.ceilDiv(units, part);
        HostStorage results = pool.allocate(parts * width * laneSize);
        try {
            MemorySegment rows = results.segment();
            Workers.shared().run(parts, 1, (from, to) -> {
                for (long i = from; i < to; i++) {
                    runPart(at, width, i * part, Math.min(units, (i + 1) * part), rows, i * width * laneSize);
                }
            });
            if (parts > 1) {
                combineParts(rows, parts, width);
            }
            long count = reduced.outerCount() * reduced.innerSize();
            store(kind, count, rows, width, out, target, kept.innerStride(1));
        } finally {
            results.giveBack();
        }
    }

    private long begin(long piece) {
        return piece * kept.innerSize() / pieces;
    }

    /** The parts' rows as the leaves of a cascade; the result replaces the first. */
    private void combineParts(MemorySegment rows, long parts, int width) {
        long bytes = (long) width * laneSize;
        HostStorage levels = pool.allocate((Long.SIZE - Long.numberOfLeadingZeros(parts) + 1) * bytes);
        try {
            RowCascade cascade = new RowCascade(kernel, levels.segment(), width, bytes);
            for (long i = 0; i < parts; i++) {
                MemorySegment.copy(rows, i * bytes, levels.segment(), cascade.next(), bytes);
                cascade.added();
            }
            cascade.finish(rows, 0);
        } finally {
            levels.giveBack();
        }
    }

    /** Units {@code from} to {@code to} into a row at {@code resultAt}. */
    private void runPart(long at, int width, long from, long to, MemorySegment result, long resultAt) {
        long bytes = (long) width * laneSize;
        int levelCount = Long.SIZE - Long.numberOfLeadingZeros(to - from) + 1;
        long staging = direct ? 0 : STAGED_ROWS * bytes;
        HostStorage memory = pool.allocate(staging + levelCount * bytes);
        try {
            MemorySegment levels = memory.segment().asSlice(staging);
            RowCascade cascade = new RowCascade(kernel, levels, width, bytes);
            LoopNest.Cursor cursor = reduced.cursor(from / unitsPerRun);
            for (long unit = from; unit < to; unit++) {
                long row = unit % unitsPerRun * UNIT;
                int rows = (int) Math.min(UNIT, reduced.innerSize() - row);
                long position = at + cursor.offset(0) + row * reduced.innerStride(0);
                runUnit(position, rows, width, memory.segment(), levels, cascade.next());
                cascade.added();
                if (unit % unitsPerRun == unitsPerRun - 1) {
                    cursor.next();
                }
            }
            cascade.finish(result, resultAt);
        } finally {
            memory.giveBack();
        }
    }

    private void runUnit(long position, int rows, int width, MemorySegment staging, MemorySegment acc, long accAt) {
        long step = reduced.innerStride(0) * size;
        if (direct) {
            kernel.run(x, position * size, step, rows, acc, accAt, width, true);
            return;
        }
        long bytes = (long) width * laneSize;
        for (int row = 0; row < rows; row += STAGED_ROWS) {
            int some = Math.min(STAGED_ROWS, rows - row);
            for (int i = 0; i < some; i++) {
                stage(position * size + (row + i) * step, width, staging, i * bytes);
            }
            kernel.run(staging, 0, bytes, some, acc, accAt, width, row == 0);
        }
    }

    private void stage(long at, int width, MemorySegment target, long targetAt) {
        long step = kept.innerStride(0) * size;
        if (size == laneSize) {
            Strided.gather(size, x, at, step, target, targetAt, width);
        } else {
            MemorySegment narrow = Scratch.mine().narrow();
            Strided.gather(size, x, at, step, narrow, 0, width);
            Halves.widen(dtype, narrow, 0, target, targetAt, width);
        }
    }

    /**
     * Stores results of a core kind, side by side from the start of {@code row} on and computed from {@code count} elements each,
     * as the elements of {@code out} every {@code step} from {@code target} on. They may be changed.
     */
    static void store(
            ReduceKind kind, long count, MemorySegment row, int width, TensorView out, long target, long step) {
        DType dtype = out.dtype();
        int size = dtype.byteSize();
        if (kind == ReduceKind.MEAN) {
            DType lanes = Lanes.computed(dtype);
            MemorySegment divisor = Scratch.mine().block(4);
            Element.set(lanes, divisor, 0, (double) count);
            BinaryKernels.of(BinaryKind.DIV, lanes, false, true).run(row, 0, row, 0, divisor, 0, row, 0, width);
        }
        MemorySegment narrow = row;
        if (Halves.isHalf(dtype)) {
            narrow = Scratch.mine().narrow();
            Halves.narrow(dtype, row, 0, narrow, 0, width);
        }
        Strided.scatter(size, narrow, 0, out.storage().segment(), target * size, step * size, width);
    }
}
