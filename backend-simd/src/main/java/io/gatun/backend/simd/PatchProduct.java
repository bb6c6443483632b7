package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * A convolution, or its adjoint in the input, as a product of matrices of which none but the weights is ever laid out.
 *
 * <p>The usual way copies every window of the image into a column of a matrix, nine times the image for a kernel of 3 by 3.
 * Here the image is copied once, channels last ({@link PatchBlock}). Then the elements under one row of the kernel lie in a
 * row, and the windows of four positions are four rows that overlap, which {@link PatchKernel} reads where they are. The
 * other factor, the weights, is packed into panels a few vectors wide, as for any product ({@link PackedProduct}). Results
 * come with channels last as well and are transposed into place. Both copies cost a few percent where there are some tens
 * of channels; {@link PlaneConvolution} is for fewer.
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

    private final PatchKernel kernel;
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
    private final Sweep columns;
    private final int in; // channels of a group of the source, and
    private final int out; // of the target
    private final int vectors;
    private final int panels;
    private final long pixelBytes;
    private final long outBytes; // of a position, all channels, in whole vectors
    private final int runLength;
    private final long[] weightAt; // of each term of a result
    private final int pieces; // of a run
    private final int runsAPass;

    PatchProduct(
            PatchType type,
            HostPool pool,
            int groups,
            Images source,
            Images weights,
            Images target,
            boolean adjoint,
            Sweep rows,
            Sweep columns) {
        this.kernel = type.kernel(1);
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
        this.columns = columns;
        this.in = source.channels() / groups;
        this.out = target.channels() / groups;
        this.vectors = Math.ceilDiv(out, lanes);
        this.panels = Math.ceilDiv(vectors, PatchKernel.NV);
        this.pixelBytes = (long) in * size;
        this.outBytes = (long) vectors * lanes * size;
        this.runLength = columns.isDense() ? columns.at().length * in : in;
        this.weightAt = weightOffsets();
        this.pieces = Math.ceilDiv(runLength, RUN);
        this.runsAPass = Math.max(1, PASS / Math.ceilDiv(runLength, pieces));
    }

    void run() {
        int runs = weightAt.length / runLength;
        long groupBytes = weightAt.length * outBytes;
        HostStorage packed = pool.allocate(groups * groupBytes);
        try {
            MemorySegment w = packed.segment();
            Workers workers = Workers.shared();
            workers.run((long) groups * panels, Math.max(1, (1 << 16) / (weightAt.length + 1)), (from, to) -> {
                for (long i = from; i < to; i++) {
                    pack((int) (i / panels), (int) (i % panels), runs, w, i / panels * groupBytes);
                }
            });
            int across = Math.ceilDiv(columns.count(), MOST_COLUMNS);
            int width = Math.ceilDiv(columns.count(), across);
            int down = blocksDown(width, (long) source.samples() * groups * across);
            int height = Math.ceilDiv(rows.count(), down);
            long blocksAnImage = (long) down * across;
            long[] runAt = runOffsets(columns.span(width));
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
                            Math.min(width, columns.count() - column),
                            columns.span(width),
                            runAt,
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
        long rowBytes = columns.span(width) * pixelBytes;
        long each = rows.stride() * rowBytes + width * outBytes;
        long fixed = rows.span(1) * rowBytes;
        long fitting = Math.max(LEAST_ROWS, (BLOCK_BYTES - fixed) / each);
        long threads = Workers.shared().threads();
        long wanted = threads == 1 ? 1 : Math.min(Math.ceilDiv(rows.count(), LEAST_ROWS), 4 * threads / images);
        long down = Math.max(Math.ceilDiv(rows.count(), fitting), wanted);
        return Math.ceilDiv(rows.count(), (int) Math.ceilDiv(rows.count(), Math.max(1, down)));
    }

    /** Where the weight of each term of a result lies beyond those of its group and output channel. */
    private long[] weightOffsets() {
        long[] offsets = new long[rows.taps().length * columns.taps().length * in];
        long inBytes = adjoint ? weights.sampleStride() : weights.channelStride();
        int n = 0;
        for (int a : rows.taps()) {
            for (int b : columns.taps()) {
                for (int c = 0; c < in; c++) {
                    offsets[n++] = a * weights.rowStride() + b * weights.columnStride() + c * inBytes;
                }
            }
        }
        return offsets;
    }

    /** Where each run of terms begins in the copied image, from a position's first element. */
    private long[] runOffsets(int width) {
        int[] inRow = columns.isDense() ? new int[] {columns.at()[0]} : columns.at();
        long[] offsets = new long[rows.at().length * inRow.length];
        int n = 0;
        for (int a : rows.at()) {
            for (int b : inRow) {
                offsets[n++] = ((long) (a - rows.at()[0]) * width + b - inRow[0]) * pixelBytes;
            }
        }
        return offsets;
    }

    private int panelStart(int panel) {
        return PatchKernel.panelStart(vectors, panel, panels);
    }

    /** One panel of a group's weights, in the order in which the passes read it: pieces of runs, each of all runs. */
    private void pack(int group, int panel, int runs, MemorySegment to, long groupAt) {
        int first = panelStart(panel) * lanes;
        int width = (panelStart(panel + 1) - panelStart(panel)) * lanes;
        int count = Math.min(width, out - first);
        long outStride = adjoint ? weights.channelStride() : weights.sampleStride();
        long from = weights.offset()
                + (adjoint ? (long) group * in * weights.sampleStride() : (long) group * out * weights.sampleStride())
                + first * outStride;
        long at = groupAt + (long) first * weightAt.length * size;
        if (count < width) {
            to.asSlice(at, (long) width * weightAt.length * size).fill((byte) 0);
        }
        for (int piece = 0; piece < pieces; piece++) {
            for (int r = 0; r < runs; r++) {
                for (int k = pieceStart(piece); k < pieceStart(piece + 1); k++) {
                    pack.gather(count, weights.segment(), from + weightAt[r * runLength + k], outStride, to, at);
                    at += (long) width * size;
                }
            }
        }
    }

    private int pieceStart(int piece) {
        return (int) ((long) runLength * piece / pieces);
    }

    private void block(
            int sample,
            int group,
            int row,
            int height,
            int column,
            int width,
            int sourceWidth,
            long[] runAt,
            MemorySegment packed,
            long packedAt) {
        int positions = height * width;
        long sourceBytes = aligned((long) rows.span(height) * sourceWidth * pixelBytes);
        long resultBytes = aligned((positions + PatchKernel.MOST_ROWS - 1) * outBytes);
        boolean spread = columns.step() > 1 || rows.step() > 1;
        HostStorage storage =
                pool.allocate(sourceBytes + resultBytes + outBytes + (spread ? positions * (long) out * size : 0));
        try {
            MemorySegment s = storage.segment();
            s.asSlice(sourceBytes + resultBytes, outBytes).fill((byte) 0);
            PatchBlock.load(
                    pack,
                    size,
                    source,
                    sample,
                    group * in,
                    in,
                    row * rows.stride() + rows.at()[0],
                    rows.span(height),
                    column * columns.stride() + columns.at()[0],
                    sourceWidth,
                    s,
                    0,
                    pixelBytes);
            long[] at = new long[positions + PatchKernel.MOST_ROWS - 1];
            for (int i = 0; i < at.length; i++) {
                int position = Math.min(i, positions - 1);
                at[i] = ((long) (position / width) * rows.stride() * sourceWidth
                                + (long) (position % width) * columns.stride())
                        * pixelBytes;
            }
            multiply(positions, at, runAt, s, packed, packedAt, sourceBytes, sourceBytes + resultBytes);
            store(
                    sample,
                    group * out,
                    row,
                    height,
                    column,
                    width,
                    s,
                    sourceBytes,
                    sourceBytes + resultBytes + outBytes);
        } finally {
            storage.giveBack();
        }
    }

    private void multiply(
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
        for (int piece = 0; piece < pieces; piece++) {
            int length = pieceStart(piece + 1) - pieceStart(piece);
            for (int r = 0; r < runAt.length; r += runsAPass) {
                int count = Math.min(runsAPass, runAt.length - r);
                for (int p = 0; p < panels; p++) {
                    int start = panelStart(p);
                    int v = panelStart(p + 1) - start;
                    long vectorBytes = (long) lanes * size;
                    long b = packedAt + ((long) start * weightAt.length + v * passAt) * vectorBytes;
                    long c = resultAt + start * vectorBytes;
                    long shift = (long) pieceStart(piece) * size;
                    int tile = PatchKernel.rows(v);
                    for (int i = 0; i < positions; i += tile, c += tile * outBytes) {
                        kernel.tile(
                                v,
                                at,
                                i,
                                runAt,
                                r,
                                count,
                                length,
                                s,
                                shift,
                                packed,
                                b,
                                s,
                                first ? zeros : c,
                                first ? 0 : outBytes,
                                s,
                                c,
                                outBytes);
                    }
                }
                passAt += (long) count * length;
                first = false;
            }
        }
    }

    private void store(
            int sample,
            int channel,
            int row,
            int height,
            int column,
            int width,
            MemorySegment s,
            long resultAt,
            long planesAt) {
        int targetRow = rows.first() + row * rows.step();
        int targetColumn = columns.first() + column * columns.step();
        long at = target.at(sample, channel, targetRow, targetColumn);
        MemorySegment to = target.segment();
        int positions = height * width;
        if (columns.step() == 1 && rows.step() == 1 && width == target.width()) {
            PatchBlock.store(pack, size, positions, out, s, resultAt, outBytes, to, at, target.channelStride());
            return;
        }
        if (columns.step() == 1) {
            for (int h = 0; h < height; h++) {
                long from = resultAt + (long) h * width * outBytes;
                long rowAt = at + (long) h * rows.step() * target.rowStride();
                PatchBlock.store(pack, size, width, out, s, from, outBytes, to, rowAt, target.channelStride());
            }
            return;
        }
        PatchBlock.store(pack, size, positions, out, s, resultAt, outBytes, s, planesAt, (long) positions * size);
        for (int o = 0; o < out; o++) {
            for (int h = 0; h < height; h++) {
                Strided.scatter(
                        size,
                        s,
                        planesAt + ((long) o * positions + (long) h * width) * size,
                        to,
                        at + o * target.channelStride() + (long) h * rows.step() * target.rowStride(),
                        columns.step() * (long) size,
                        width);
            }
        }
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }
}
