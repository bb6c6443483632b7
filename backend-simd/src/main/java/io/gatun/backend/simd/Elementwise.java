package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;

/**
 * Runs an {@link ElementKernel} over operands of any layout: operand 0 is the output, 1 to 3 the inputs.
 *
 * <h2>How operands reach the kernel</h2>
 *
 * <p>{@link LoopNest} leaves as few loops as the layouts allow. Over the innermost, an operand is <em>direct</em> where it
 * is contiguous, <em>broadcast</em> where it is one element and the kernel has a copy for that, and else <em>staged</em>:
 * gathered into a small contiguous block that stays in the first-level cache, {@link Scratch#BLOCK} elements at a time. Half
 * floats are always staged, widened on the way in and narrowed on the way out, unless the kernel takes them as they are ({@link
 * HalvesTemplate}). So arithmetic always runs on whole vectors, and a strided operand costs a copy that it would cost anyway.
 *
 * <p>An operand that is contiguous along another loop, a transposed matrix, would cost a line of the cache for each element:
 * the two loops are then walked in tiles, in which such operands are transposed first.
 *
 * <p>Where the innermost loop is short (a matrix of three columns plus a row), blocks are collected over many runs of it, and
 * an operand whose runs follow on one another in memory is still direct.
 *
 * <h2>Threads</h2>
 *
 * <p>Ranges of runs, or of pieces of a run, go to {@link Workers}; below {@link #GRAIN} elements everything stays on the
 * caller. An element's result does not depend on where it is computed, so the split never shows.
 */
final class Elementwise {
    /** Elements of cheap work worth a thread. */
    static final int GRAIN = Workers.GRAIN;

    private static final int PIECE = 1 << 16;
    private static final int SHORT_RUN = 64;
    private static final int LONG_REPETITION = 512;
    private static final int OPERANDS = 4;
    private static final int TILE_WIDTH = Scratch.TILE_WIDTH;
    private static final int TILE_BYTES = Scratch.TILE_BYTES / TILE_WIDTH; // what a transposed operand has side by side

    private enum Mode {
        DIRECT,
        BROADCAST,
        STAGED
    }

    /** Kernels by which of the inputs a and b is broadcast; never both. With b a third input is broadcast. */
    @FunctionalInterface
    interface Kernels {
        /** The kernel for a pattern. */
        ElementKernel of(boolean aBroadcast, boolean bBroadcast);
    }

    private final LoopNest nest;
    private final ElementKernel kernel;
    private final int operands;
    private final boolean collected;
    private final MemorySegment[] segments = new MemorySegment[OPERANDS];
    private final int[] sizes = new int[OPERANDS]; // bytes of an element in memory
    private final int[] laneSizes = new int[OPERANDS]; // and in the kernel
    private final DType[] dtypes = new DType[OPERANDS];
    private final Mode[] modes = new Mode[OPERANDS];
    private final long[] steps = new long[OPERANDS]; // bytes from element to element along the innermost loop
    private final boolean[] transposed = new boolean[OPERANDS];
    private final int across; // the loop that transposed operands are contiguous along, or -1

    /**
     * Computes {@code out} from {@code in}.
     *
     * @param widen whether half floats are computed in F32; if not, the kernel only moves bits
     * @param broadcastA whether there are kernels for a broadcast a, and likewise for b
     */
    static void run(
            Kernels kernels, boolean widen, boolean broadcastA, boolean broadcastB, TensorView out, TensorView... in) {
        Layout layout = out.layout();
        long numel = layout.shape().numel();
        if (numel == 0) {
            return;
        }
        boolean a = isRepeated(in, 0);
        boolean b = isRepeated(in, 1);
        boolean kept = layout.isContiguous() && !(widen && Halves.isHalf(out.dtype()));
        for (TensorView view : in) {
            kept &= view.layout().isContiguous() || isOneElement(view.layout());
            kept &= !(widen && Halves.isHalf(view.dtype()));
        }
        kept &= in.length < OPERANDS - 1 || isRepeated(in, 2) == b;
        if (kept && (!a || broadcastA && !b) && (!b || broadcastB)) {
            runAsTheyAre(kernels.of(a, b), a, b, numel, out, in);
        } else {
            new Elementwise(kernels, widen, broadcastA, broadcastB, out, in).run();
        }
    }

    private static boolean isRepeated(TensorView[] in, int k) {
        return k < in.length && !in[k].layout().isContiguous();
    }

    private static boolean isOneElement(Layout layout) {
        for (int dim = 0; dim < layout.rank(); dim++) {
            if (layout.stride(dim) != 0 && layout.shape().size(dim) != 1) {
                return false;
            }
        }
        return true;
    }

    /** The inputs contiguous, or one element for all: a, or b and a third. */
    private static void runAsTheyAre(
            ElementKernel kernel,
            boolean aBroadcast,
            boolean bBroadcast,
            long numel,
            TensorView out,
            TensorView... in) {
        TensorView a = in[0];
        TensorView b = in.length > 1 ? in[1] : a;
        TensorView c = in.length > 2 ? in[2] : a;
        MemorySegment outSegment = out.storage().segment();
        MemorySegment aSegment = a.storage().segment();
        MemorySegment bSegment = b.storage().segment();
        MemorySegment cSegment = c.storage().segment();
        int outSize = out.dtype().byteSize();
        int aSize = a.dtype().byteSize();
        int bSize = b.dtype().byteSize();
        int cSize = c.dtype().byteSize();
        long outAt = out.layout().offset() * outSize;
        long aAt = a.layout().offset() * aSize;
        long bAt = b.layout().offset() * bSize;
        long cAt = c.layout().offset() * cSize;
        if (numel <= GRAIN) {
            kernel.run(outSegment, outAt, aSegment, aAt, bSegment, bAt, cSegment, cAt, (int) numel);
            return;
        }
        int aStep = aBroadcast ? 0 : aSize;
        int bStep = bBroadcast ? 0 : bSize;
        int cStep = bBroadcast ? 0 : cSize;
        Workers.shared().run(numel, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += PIECE) {
                kernel.run(
                        outSegment,
                        outAt + i * outSize,
                        aSegment,
                        aAt + i * aStep,
                        bSegment,
                        bAt + i * bStep,
                        cSegment,
                        cAt + i * cStep,
                        (int) Math.min(PIECE, to - i));
            }
        });
    }

    private Elementwise(
            Kernels kernels, boolean widen, boolean broadcastA, boolean broadcastB, TensorView out, TensorView... in) {
        operands = in.length + 1;
        Layout[] layouts = new Layout[operands];
        for (int k = 0; k < OPERANDS; k++) {
            TensorView view = k == 0 ? out : in[k < operands ? k - 1 : 0];
            segments[k] = view.storage().segment();
            dtypes[k] = view.dtype();
            sizes[k] = view.dtype().byteSize();
            laneSizes[k] = widen && Halves.isHalf(view.dtype()) ? Float.BYTES : sizes[k];
            if (k < operands) {
                layouts[k] = view.layout();
            }
        }
        nest = LoopNest.of(layouts);
        collected = nest.outerCount() > 1 && nest.innerSize() < (isRepetition() ? LONG_REPETITION : SHORT_RUN);
        across = collected ? -1 : acrossLoop();
        for (int k = 0; k < operands; k++) {
            transposed[k] = k > 0 && across >= 0 && isTransposed(k, across);
            steps[k] = transposed[k] ? sizes[k] : nest.innerStride(k) * sizes[k];
        }
        for (int k = 0; k < OPERANDS; k++) {
            modes[k] = k < operands ? mode(k) : Mode.DIRECT;
        }
        boolean a = !collected && broadcastA && canBroadcast(1);
        boolean b = !collected && broadcastB && operands > 2 && canBroadcast(2) && !a;
        b &= operands < OPERANDS || canBroadcast(3);
        modes[1] = a ? Mode.BROADCAST : modes[1];
        modes[2] = b ? Mode.BROADCAST : modes[2];
        modes[3] = b && operands == OPERANDS ? Mode.BROADCAST : modes[3];
        kernel = kernels.of(a, b);
    }

    private boolean canBroadcast(int k) {
        return nest.access(k) == LoopNest.Access.BROADCAST && sizes[k] == laneSizes[k];
    }

    private Mode mode(int k) {
        boolean direct = sizes[k] == laneSizes[k] && (collected ? followsOn(k) : steps[k] == sizes[k]);
        return direct ? Mode.DIRECT : Mode.STAGED;
    }

    private int acrossLoop() {
        for (int loop = nest.loops() - 2; loop >= 0; loop--) {
            for (int k = 1; k < operands; k++) {
                if (isTransposed(k, loop)) {
                    return loop;
                }
            }
        }
        return -1;
    }

    private boolean isTransposed(int k, int loop) {
        return nest.stride(k, loop) == 1
                && Math.abs(nest.innerStride(k)) > 1
                && Transposition.isWorthIt(sizes[k], nest.innerSize(), nest.size(loop));
    }

    /** Whether all operands either follow on or repeat one run: blocks of many runs then cost nothing to collect. */
    private boolean isRepetition() {
        boolean all = true;
        for (int k = 0; k < operands; k++) {
            all &= followsOn(k) || k > 0 && repeats(k);
        }
        return all;
    }

    /** Whether every run of an operand is the same: a row added to every row of a matrix. */
    private boolean repeats(int k) {
        for (int loop = 0; loop < nest.loops() - 1; loop++) {
            if (nest.stride(k, loop) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether an operand's runs lie one after the other, so that many of them are one contiguous run. */
    private boolean followsOn(int k) {
        long expected = 1;
        for (int loop = nest.loops() - 1; loop >= 0; loop--) {
            if (nest.stride(k, loop) != expected) {
                return false;
            }
            expected *= nest.size(loop);
        }
        return true;
    }

    private void run() {
        long inner = nest.innerSize();
        long runs = nest.outerCount();
        if (collected) {
            int together = (int) (Scratch.BLOCK / inner);
            long blocks = Math.ceilDiv(runs, together);
            Workers.shared()
                    .run(
                            blocks,
                            GRAIN / Scratch.BLOCK,
                            (from, to) -> runCollected(
                                    from * together, Math.min(runs, to * together), together, (int) inner));
            return;
        }
        if (across >= 0) {
            runTiles();
            return;
        }
        long pieces = Math.ceilDiv(inner, PIECE);
        long grain = Math.max(1, GRAIN / Math.min(inner, PIECE));
        Workers.shared().run(runs * pieces, grain, (from, to) -> runPieces(from, to, pieces, inner));
    }

    private void runPieces(long from, long to, long pieces, long inner) {
        LoopNest.Cursor cursor = nest.cursor(from / pieces);
        Scratch scratch = Scratch.mine();
        long[] at = new long[OPERANDS];
        for (long unit = from; unit < to; unit++) {
            long piece = unit % pieces;
            long begin = piece * PIECE;
            for (int k = 0; k < operands; k++) {
                at[k] = cursor.offset(k) * sizes[k] + begin * steps[k];
            }
            runPiece(segments, at, (int) Math.min(PIECE, inner - begin), scratch);
            if (piece == pieces - 1) {
                cursor.next();
            }
        }
    }

    private void runTiles() {
        int rows = TILE_BYTES / largestOfTransposed();
        long height = nest.size(across);
        long width = nest.innerSize();
        long bands = Math.ceilDiv(height, rows);
        long strips = Math.ceilDiv(width, TILE_WIDTH);
        long tiles = nest.outerCount() / height * bands * strips;
        long grain = Math.max(1, GRAIN / (rows * Math.min(width, TILE_WIDTH)));
        Workers.shared().run(tiles, grain, (first, last) -> {
            for (long tile = first; tile < last; tile++) {
                long row = tile / strips % bands * rows;
                long column = tile % strips * TILE_WIDTH;
                runTile(tile / strips / bands, row, (int) Math.min(rows, height - row), column, (int)
                        Math.min(TILE_WIDTH, width - column));
            }
        });
    }

    private int largestOfTransposed() {
        int largest = 1;
        for (int k = 1; k < operands; k++) {
            largest = transposed[k] ? Math.max(largest, sizes[k]) : largest;
        }
        return largest;
    }

    /** Some rows and columns of what loop {@code across} and the innermost walk, for iteration {@code number} of the others. */
    private void runTile(long number, long row, int rows, long column, int columns) {
        Scratch scratch = Scratch.mine();
        MemorySegment[] from = segments.clone();
        long[] starts = new long[OPERANDS];
        long[] rowSteps = new long[OPERANDS];
        for (int k = 0; k < operands; k++) {
            long inStep = nest.innerStride(k) * sizes[k];
            rowSteps[k] = nest.stride(k, across) * sizes[k];
            starts[k] = Transposition.offset(nest, k, number, across) * sizes[k] + row * rowSteps[k] + column * inStep;
            if (transposed[k]) {
                from[k] = scratch.tile(k);
                rowSteps[k] = (long) columns * sizes[k];
                Transposition.run(
                        sizes[k],
                        /* rows= */ columns,
                        /* columns= */ rows,
                        segments[k],
                        starts[k],
                        inStep,
                        from[k],
                        0,
                        rowSteps[k]);
                starts[k] = 0;
            }
        }
        for (int i = 0; i < rows; i++) {
            runPiece(from, starts, columns, scratch);
            for (int k = 0; k < operands; k++) {
                starts[k] += rowSteps[k];
            }
        }
    }

    /** {@code length} elements along the innermost loop, from these bytes of {@code from} on. */
    private void runPiece(MemorySegment[] from, long[] starts, int length, Scratch scratch) {
        boolean staged = false;
        for (int k = 0; k < operands; k++) {
            staged |= modes[k] == Mode.STAGED;
        }
        if (!staged) {
            call(from, starts, length);
            return;
        }
        MemorySegment[] at = new MemorySegment[OPERANDS];
        long[] offsets = new long[OPERANDS];
        for (int i = 0; i < length; i += Scratch.BLOCK) {
            int n = Math.min(Scratch.BLOCK, length - i);
            for (int k = 0; k < operands; k++) {
                long position = starts[k] + i * steps[k];
                if (modes[k] == Mode.STAGED) {
                    at[k] = scratch.block(k);
                    offsets[k] = 0;
                    if (k > 0 && (steps[k] != 0 || i == 0)) {
                        stage(k, from[k], position, n, scratch);
                    }
                } else {
                    at[k] = from[k];
                    offsets[k] = modes[k] == Mode.BROADCAST ? starts[k] : position;
                }
            }
            call(at, offsets, n);
            if (modes[0] == Mode.STAGED) {
                unstage(starts[0] + i * steps[0], steps[0], n, scratch);
            }
        }
    }

    private void call(MemorySegment[] at, long[] offsets, int n) {
        MemorySegment b = operands > 2 ? at[2] : at[1];
        MemorySegment c = operands > 3 ? at[3] : at[1];
        kernel.run(at[0], offsets[0], at[1], offsets[1], b, offsets[2], c, offsets[3], n);
    }

    private void stage(int k, MemorySegment from, long position, int n, Scratch scratch) {
        if (sizes[k] == laneSizes[k]) {
            Strided.gather(sizes[k], from, position, steps[k], scratch.block(k), 0, n);
        } else if (steps[k] == sizes[k]) {
            Halves.widen(dtypes[k], from, position, scratch.block(k), 0, n);
        } else {
            Strided.gather(sizes[k], from, position, steps[k], scratch.narrow(), 0, n);
            Halves.widen(dtypes[k], scratch.narrow(), 0, scratch.block(k), 0, n);
        }
    }

    private void unstage(long position, long step, int n, Scratch scratch) {
        if (sizes[0] == laneSizes[0]) {
            Strided.scatter(sizes[0], scratch.block(0), 0, segments[0], position, step, n);
        } else if (step == sizes[0]) {
            Halves.narrow(dtypes[0], scratch.block(0), 0, segments[0], position, n);
        } else {
            Halves.narrow(dtypes[0], scratch.block(0), 0, scratch.narrow(), 0, n);
            Strided.scatter(sizes[0], scratch.narrow(), 0, segments[0], position, step, n);
        }
    }

    /** Runs {@code from} to {@code to}, as many at a time as fit a block. */
    private void runCollected(long from, long to, int together, int inner) {
        Scratch scratch = Scratch.mine();
        MemorySegment[] at = new MemorySegment[OPERANDS];
        long[] offsets = new long[OPERANDS];
        for (long run = from; run < to; run += together) {
            int runs = (int) Math.min(together, to - run);
            LoopNest.Cursor in = nest.cursor(run);
            for (int k = 0; k < operands; k++) {
                boolean staged = modes[k] == Mode.STAGED;
                at[k] = staged ? scratch.block(k) : segments[k];
                offsets[k] = staged ? 0 : in.offset(k) * sizes[k];
            }
            collect(in, runs, inner, scratch, run == from);
            call(at, offsets, runs * inner);
            if (modes[0] == Mode.STAGED) {
                spread(nest.cursor(run), runs, inner, scratch);
            }
        }
    }

    /** Stages blocks of many runs; what repeats is staged for the first block only, as no later one is longer. */
    private void collect(LoopNest.Cursor cursor, int runs, int inner, Scratch scratch, boolean first) {
        boolean[] staged = new boolean[OPERANDS];
        boolean[] widened = new boolean[OPERANDS];
        boolean any = false;
        for (int k = 1; k < operands; k++) {
            staged[k] = modes[k] == Mode.STAGED && (first || !repeats(k));
            any |= staged[k];
        }
        for (int run = 0; any && run < runs; run++) {
            for (int k = 1; k < operands; k++) {
                if (staged[k]) {
                    widened[k] = sizes[k] != laneSizes[k];
                    // Narrow elements are collected in the upper half of their own block and widened from there.
                    long target = (widened[k] ? Scratch.BLOCK * (long) Float.BYTES : 0) + (long) run * inner * sizes[k];
                    Strided.gather(
                            sizes[k],
                            segments[k],
                            cursor.offset(k) * sizes[k],
                            nest.innerStride(k) * sizes[k],
                            scratch.block(k),
                            target,
                            inner);
                }
            }
            cursor.next();
        }
        for (int k = 1; k < operands; k++) {
            if (widened[k]) {
                MemorySegment block = scratch.block(k);
                Halves.widen(dtypes[k], block, Scratch.BLOCK * (long) Float.BYTES, block, 0, runs * inner);
            }
        }
    }

    private void spread(LoopNest.Cursor cursor, int runs, int inner, Scratch scratch) {
        MemorySegment from = scratch.block(0);
        if (sizes[0] != laneSizes[0]) {
            Halves.narrow(dtypes[0], from, 0, scratch.narrow(), 0, runs * inner);
            from = scratch.narrow();
        }
        for (int run = 0; run < runs; run++) {
            Strided.scatter(
                    sizes[0],
                    from,
                    (long) run * inner * sizes[0],
                    segments[0],
                    cursor.offset(0) * sizes[0],
                    nest.innerStride(0) * sizes[0],
                    inner);
            cursor.next();
        }
    }
}
