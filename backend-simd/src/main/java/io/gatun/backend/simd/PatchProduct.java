package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution, or its adjoint in the input, as a product of matrices of which none but the weights is ever laid out.
 *
 * <p>The usual way copies every window of the image into a column of a matrix, nine times the image for a kernel of 3 by 3.
 * Here the image is copied once, channels last ({@link PatchBlock}). Then the elements under one row of the kernel lie in a
 * row, and the windows of four positions are four rows that overlap, which {@link PatchKernel} reads where they are. The
 * other factor, the weights, is packed into panels a few vectors wide, as for any product ({@link PackKernel}). Results
 * come with channels last as well and are transposed into place. Both copies cost a few percent where there are some tens
 * of channels; {@link PlaneConvolution} is for fewer.
 *
 * <p>The adjoint of a convolution with a stride falls into several {@link Sweep}s. Those along a row read the same copy, and
 * write their results in turns, so that whole rows of the target are put into place.
 *
 * <p>Work is cut into blocks of positions that fit the second-level cache. The terms of one result are always added in the
 * same order, whatever the blocks and the threads.
 */
final class PatchProduct {
    private static final int ALIGNMENT = 64;

    /** The most elements of a run, and of all runs in one pass over a panel of weights. */
    private static final int RUN = 512;

    private static final int PASS = 640;
    private static final long BLOCK_BYTES = 1 << 19;
    private static final int MOST_COLUMNS = 512;
    private static final int LEAST_ROWS = 4;

    private final PatchType type;
    private final PackKernel pack;
    private final int lanes;
    private final int size;
    private final HostPool pool;
    private final int groups;
    private final Images source;
    private final Images weights;
    private final Images target;
    private final boolean adjoint;
    private final Sweep rows;
    private final List<Columns> columns;
    private final int in; // channels of a group of the source, and
    private final int out; // of the target
    private final int vectors;
    private final int panels;
    private final long pixelBytes;
    private final long outBytes; // of a position, all channels, in whole vectors
    private final int stride; // of the columns, in the source, and
    private final int step; // in the target
    private final int left; // the first column that any sweep sees
    private final int right; // the last one
    private final int count; // positions of the longest sweep
    private final long groupBytes;

    /** One sweep along the rows, with its weights. */
    private final class Columns {
        final Sweep sweep;
        final int runLength;
        final long[] weightAt; // of each term of a result
        final int pieces; // of a run
        final int runsAPass;
        final long packedAt; // where its weights begin, of a group

        Columns(Sweep sweep, long packedAt) {
            this.sweep = sweep;
            this.runLength = sweep.isDense() ? sweep.at().length * in : in;
            this.weightAt = weightOffsets(sweep);
            this.pieces = Math.ceilDiv(runLength, RUN);
            this.runsAPass = Math.max(1, PASS / Math.ceilDiv(runLength, pieces));
            this.packedAt = packedAt;
        }

        int pieceStart(int piece) {
            return (int) ((long) runLength * piece / pieces);
        }

        long bytes() {
            return weightAt.length * outBytes;
        }
    }

    PatchProduct(
            PatchType type,
            HostPool pool,
            int groups,
            Images source,
            Images weights,
            Images target,
            boolean adjoint,
            Sweep rows,
            List<Sweep> sweeps) {
        this.type = type;
        this.pack = type.pack();
        this.lanes = type.lanes();
        this.size = type.size();
        this.pool = pool;
        this.groups = groups;
        this.source = source;
        this.weights = weights;
        this.target = target;
        this.adjoint = adjoint;
        this.rows = rows;
        this.in = source.channels() / groups;
        this.out = target.channels() / groups;
        this.vectors = Math.ceilDiv(out, lanes);
        this.panels = Math.ceilDiv(vectors, PatchKernel.NV);
        this.pixelBytes = (long) in * size;
        this.outBytes = (long) vectors * lanes * size;
        this.stride = sweeps.get(0).stride();
        this.step = sweeps.get(0).step();
        this.columns = new ArrayList<>();
        long bytes = 0;
        int first = Integer.MAX_VALUE;
        int last = Integer.MIN_VALUE;
        int most = 0;
        for (Sweep sweep : sweeps) {
            Columns next = new Columns(sweep, bytes);
            columns.add(next);
            bytes += next.bytes();
            first = Math.min(first, sweep.at()[0]);
            last = Math.max(last, sweep.at()[sweep.at().length - 1]);
            most = Math.max(most, sweep.count());
        }
        this.groupBytes = bytes;
        this.left = first;
        this.right = last;
        this.count = most;
    }

    void run() {
        HostStorage packed = pool.allocate(groups * groupBytes);
        try {
            MemorySegment w = packed.segment();
            Workers workers = Workers.shared();
            for (Columns part : columns) {
                workers.run(
                        (long) groups * panels, Math.max(1, Workers.GRAIN / (part.weightAt.length + 1)), (from, to) -> {
                            for (long i = from; i < to; i++) {
                                pack(
                                        part,
                                        (int) (i / panels),
                                        (int) (i % panels),
                                        w,
                                        i / panels * groupBytes + part.packedAt);
                            }
                        });
            }
            int across = Math.ceilDiv(count, MOST_COLUMNS);
            int width = Math.ceilDiv(count, across);
            int down = blocksDown(width, (long) source.samples() * groups * across);
            int height = Math.ceilDiv(rows.count(), down);
            long blocksAnImage = (long) down * across;
            workers.run((long) source.samples() * groups * blocksAnImage, 1, (from, to) -> {
                for (long i = from; i < to; i++) {
                    int image = (int) (i / blocksAnImage);
                    int part = (int) (i % blocksAnImage);
                    int row = part / across * height;
                    int column = part % across * width;
                    block(
                            image / groups,
                            image % groups,
                            row,
                            Math.min(height, rows.count() - row),
                            column,
                            Math.min(width, count - column),
                            span(width),
                            w,
                            image % groups * groupBytes);
                }
            });
        } finally {
            packed.giveBack();
        }
    }

    /** Enough blocks that each fits the cache, and that there are some for every thread. */
    private int blocksDown(int width, long images) {
        long rowBytes = span(width) * pixelBytes;
        long each = rows.stride() * rowBytes + (long) width * step * outBytes;
        long fixed = rows.span(1) * rowBytes;
        long fitting = Math.max(LEAST_ROWS, (BLOCK_BYTES - fixed) / each);
        long threads = Workers.shared().threads();
        long wanted = threads == 1 ? 1 : Math.min(Math.ceilDiv(rows.count(), LEAST_ROWS), 4 * threads / images);
        long down = Math.max(Math.ceilDiv(rows.count(), fitting), wanted);
        return Math.ceilDiv(rows.count(), (int) Math.ceilDiv(rows.count(), Math.max(1, down)));
    }

    /** Of how many source elements in a row this many results of each sweep are made. */
    private int span(int results) {
        return (results - 1) * stride + right - left + 1;
    }

    /** Where the weight of each term of a result lies beyond those of its group and output channel. */
    private long[] weightOffsets(Sweep sweep) {
        long[] offsets = new long[rows.taps().length * sweep.taps().length * in];
        long inBytes = adjoint ? weights.sampleStride() : weights.channelStride();
        int n = 0;
        for (int a : rows.taps()) {
            for (int b : sweep.taps()) {
                for (int c = 0; c < in; c++) {
                    offsets[n++] = a * weights.rowStride() + b * weights.columnStride() + c * inBytes;
                }
            }
        }
        return offsets;
    }

    /** Where each run of terms begins in the copied image, from the leftmost element that a position sees. */
    private long[] runOffsets(Sweep sweep, int width) {
        int[] inRow = sweep.isDense() ? new int[] {sweep.at()[0]} : sweep.at();
        long[] offsets = new long[rows.at().length * inRow.length];
        int n = 0;
        for (int a : rows.at()) {
            for (int b : inRow) {
                offsets[n++] = ((long) (a - rows.at()[0]) * width + b - left) * pixelBytes;
            }
        }
        return offsets;
    }

    private int panelStart(int panel) {
        return PatchKernel.panelStart(vectors, panel, panels);
    }

    /** One panel of a group's weights, in the order in which the passes read it: pieces of runs, each of all runs. */
    private void pack(Columns part, int group, int panel, MemorySegment to, long groupAt) {
        int runs = part.weightAt.length / part.runLength;
        int first = panelStart(panel) * lanes;
        int width = (panelStart(panel + 1) - panelStart(panel)) * lanes;
        int count = Math.min(width, out - first);
        long outStride = adjoint ? weights.channelStride() : weights.sampleStride();
        long from = weights.offset()
                + (adjoint ? (long) group * in * weights.sampleStride() : (long) group * out * weights.sampleStride())
                + first * outStride;
        long at = groupAt + (long) first * part.weightAt.length * size;
        if (count < width) {
            to.asSlice(at, (long) width * part.weightAt.length * size).fill((byte) 0);
        }
        for (int piece = 0; piece < part.pieces; piece++) {
            for (int r = 0; r < runs; r++) {
                for (int k = part.pieceStart(piece); k < part.pieceStart(piece + 1); k++) {
                    pack.gather(
                            count, weights.segment(), from + part.weightAt[r * part.runLength + k], outStride, to, at);
                    at += (long) width * size;
                }
            }
        }
    }

    private void block(
            int sample,
            int group,
            int row,
            int height,
            int column,
            int width,
            int sourceWidth,
            MemorySegment packed,
            long packedAt) {
        int positions = height * width;
        long sourceBytes = aligned((long) rows.span(height) * sourceWidth * pixelBytes);
        long resultBytes = aligned((long) (positions + PatchKernel.MOST_ROWS - 1) * step * outBytes);
        HostStorage storage = pool.allocate(sourceBytes + resultBytes + outBytes);
        try {
            MemorySegment s = storage.segment();
            s.asSlice(sourceBytes + resultBytes, outBytes).fill((byte) 0);
            if (columns.size() < step) { // some see nothing
                s.asSlice(sourceBytes, resultBytes).fill((byte) 0);
            }
            PatchBlock.load(
                    pack,
                    size,
                    source,
                    sample,
                    group * in,
                    in,
                    row * rows.stride() + rows.at()[0],
                    rows.span(height),
                    column * stride + left,
                    sourceWidth,
                    s,
                    0,
                    pixelBytes);
            long[] at = new long[positions + PatchKernel.MOST_ROWS - 1];
            for (int i = 0; i < at.length; i++) {
                int position = Math.min(i, positions - 1);
                at[i] = ((long) (position / width) * rows.stride() * sourceWidth + (long) (position % width) * stride)
                        * pixelBytes;
            }
            for (Columns part : columns) {
                multiply(
                        part,
                        positions,
                        at,
                        runOffsets(part.sweep, sourceWidth),
                        s,
                        packed,
                        packedAt + part.packedAt,
                        sourceBytes + part.sweep.first() * outBytes,
                        sourceBytes + resultBytes);
            }
            store(sample, group * out, row, height, column * step, width * step, s, sourceBytes);
        } finally {
            storage.giveBack();
        }
    }

    private void multiply(
            Columns part,
            int positions,
            long[] at,
            long[] runAt,
            MemorySegment s,
            MemorySegment packed,
            long packedAt,
            long resultAt,
            long zeros) {
        long passAt = 0; // terms before this pass
        boolean first = true;
        PatchTile t = new PatchTile(at, runAt, s, packed, s, step * outBytes);
        t.addendRowBytes = 0;
        for (int piece = 0; piece < part.pieces; piece++) {
            t.length = part.pieceStart(piece + 1) - part.pieceStart(piece);
            t.aOffset = (long) part.pieceStart(piece) * size;
            for (t.first = 0; t.first < runAt.length; t.first += t.count) {
                t.count = Math.min(part.runsAPass, runAt.length - t.first);
                for (int p = 0; p < panels; p++) {
                    int start = panelStart(p);
                    int v = panelStart(p + 1) - start;
                    long vectorBytes = (long) lanes * size;
                    t.bOffset = packedAt + ((long) start * part.weightAt.length + v * passAt) * vectorBytes;
                    long c = resultAt + start * vectorBytes;
                    int tile = PatchKernel.rows(v);
                    PatchKernel kernel = type.kernel(1, v);
                    for (int i = 0; i < positions; i += tile, c += (long) tile * step * outBytes) {
                        kernel.tile(t, i, first ? zeros : c, c);
                    }
                }
                passAt += (long) t.count * t.length;
                t.addendRowBytes = step * outBytes;
                first = false;
            }
        }
    }

    /** Puts results into place, of which each row in the block has {@code width}, and the target perhaps fewer. */
    private void store(
            int sample, int channel, int row, int height, int column, int width, MemorySegment s, long resultAt) {
        long at = target.at(sample, channel, rows.first() + row * rows.step(), column);
        MemorySegment to = target.segment();
        boolean whole = rows.step() == 1 && width == target.width();
        int stores = whole ? 1 : height;
        int length = whole ? height * width : Math.min(width, target.width() - column);
        for (int h = 0; h < stores; h++) {
            long from = resultAt + (long) h * width * outBytes;
            long rowAt = at + (long) h * rows.step() * target.rowStride();
            PatchBlock.store(pack, size, length, out, s, from, outBytes, to, rowAt, target.channelStride());
        }
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }
}
