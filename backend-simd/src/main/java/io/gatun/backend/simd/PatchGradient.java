package io.gatun.backend.simd;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;

/**
 * The adjoint of a convolution in its weights: each weight's gradient is the sum, over all positions of all images, of what
 * the weight was multiplied with times the result's gradient there.
 *
 * <p>It is a product of matrices again, its long side the positions, and again the windows are read where they lie ({@link
 * PatchProduct}): images are copied four channels at a time, {@code [channel / 4][row][column][channel % 4]}, so that the
 * elements that a weight meets along a row lie {@code 4 * stride} apart; where rows have a stride too, those of one remainder
 * come before those of the next. The gradients are copied channels last, in panels, with zeros between the end of a row and
 * where the next one begins in the copied image: so positions of several rows are one run, and the inner loop is long
 * enough. Of rows of 28 it was a third faster, of 14 twice as fast.
 *
 * <p>Such a zero meets an element that its weight does not see. Were that infinite or NaN, so would the weight's gradient be;
 * so if a result is not finite, all is computed again row by row.
 *
 * <p>Blocks of positions fall into a fixed number of parts, whatever the threads; each part is summed block after block, and
 * the parts are added in their order.
 */
final class PatchGradient {
    private static final int QUAD = 4;
    private static final int MOST_PARTS = 16;
    private static final int MOST_TASKS = 64;
    private static final int MOST_COLUMNS = 512;
    private static final int LEAST_ROWS = 4;
    private static final long BLOCK_BYTES = 1 << 19;

    /** Of the gradients in a panel that all weights meet before the next: half as many, in the first-level cache, took a fifth longer. */
    private static final int PANEL_BYTES = 60 << 10;

    private final PatchType type;
    private final ElementKernel sum;
    private final Runs total;
    private final PackKernel pack;
    private final int lanes;
    private final int size;
    private final HostPool pool;
    private final int groups;
    private final Images x;
    private final Images g;
    private final Images target;
    private final Sweep rows;
    private final Sweep columns;
    private final int in;
    private final int out;
    private final int vectors;
    private final int panels;
    private final long outBytes;
    private final int width; // of a block, in positions
    private final int height;
    private final int across; // blocks
    private final int down;
    private final int sourceWidth; // a multiple of the stride
    private final int period; // positions from one row to the next
    private final int phaseRows; // of the copied image, of one remainder
    private final long planeBytes; // of four channels
    private final long[] at; // of each weight of one of the output's channels, in a copied image
    private final long[] runs;

    PatchGradient(
            PatchType type, HostPool pool, int groups, Images x, Images g, Images target, Sweep rows, Sweep columns) {
        this.type = type;
        this.sum = BinaryKernels.of(BinaryKind.ADD, type.dtype(), false, false);
        this.total = Runs.of(ReduceKind.SUM, type.dtype());
        this.pack = type.pack();
        this.lanes = type.lanes();
        this.size = type.size();
        this.pool = pool;
        this.groups = groups;
        this.x = x;
        this.g = g;
        this.target = target;
        this.rows = rows;
        this.columns = columns;
        this.in = x.channels() / groups;
        this.out = g.channels() / groups;
        this.vectors = Math.ceilDiv(out, lanes);
        this.panels = Math.ceilDiv(vectors, PatchKernel.NV);
        this.outBytes = (long) vectors * lanes * size;
        this.across = Math.ceilDiv(columns.count(), MOST_COLUMNS);
        this.width = Math.ceilDiv(columns.count(), across);
        this.period = Math.ceilDiv(columns.span(width), columns.stride());
        this.sourceWidth = period * columns.stride();
        long rowBytes = (long) sourceWidth * Math.ceilDiv(in, QUAD) * QUAD * size;
        long fitting = (BLOCK_BYTES - rows.span(1) * rowBytes) / (rows.stride() * rowBytes + period * outBytes);
        int most = Math.clamp(fitting, LEAST_ROWS, Math.max(LEAST_ROWS, rows.count()));
        this.down = Math.ceilDiv(rows.count(), most);
        this.height = Math.ceilDiv(rows.count(), down);
        this.phaseRows = Math.ceilDiv(rows.span(height), rows.stride());
        this.planeBytes = (long) rows.stride() * phaseRows * sourceWidth * QUAD * size;
        this.at = weightOffsets();
        this.runs = new long[height];
        for (int r = 0; r < height; r++) {
            runs[r] = (long) r * sourceWidth * QUAD * size;
        }
    }

    private long[] weightOffsets() {
        int taps = rows.at().length * columns.at().length;
        long[] offsets = new long[taps * in + PatchKernel.MOST_ROWS - 1];
        int n = 0;
        for (int a : rows.at()) {
            for (int b : columns.at()) {
                int down = a - rows.at()[0];
                long row = (long) down % rows.stride() * phaseRows + down / rows.stride();
                long tap = (row * sourceWidth + b - columns.at()[0]) * QUAD * size;
                for (int c = 0; c < in; c++) {
                    offsets[n++] = tap + c / QUAD * planeBytes + (long) (c % QUAD) * size;
                }
            }
        }
        for (; n < offsets.length; n++) { // rows of the last tile beyond the weights repeat the last
            offsets[n] = offsets[n - 1];
        }
        return offsets;
    }

    /** Into how many parts the positions of each group fall at most: so many that there are some for every thread. */
    static int parts(int groups) {
        return Math.clamp(MOST_TASKS / groups, 1, MOST_PARTS);
    }

    void run() {
        int most = Math.max(1, PANEL_BYTES / (period * Math.ceilDiv(vectors, panels) * lanes * size));
        if (!run(Math.ceilDiv(height, Math.ceilDiv(height, most)))) {
            run(1);
        }
    }

    /** Computes all, {@code rowsAPass} rows of positions at a time, and says whether all is finite or each row was alone. */
    private boolean run(int rowsAPass) {
        long blocks = (long) x.samples() * down * across;
        int parts = (int) Math.min(blocks, parts(groups));
        long partBytes = at.length * outBytes;
        HostStorage sums = pool.allocate((long) groups * parts * partBytes);
        try {
            MemorySegment s = sums.segment();
            Workers.shared().run((long) groups * parts, 1, (from, to) -> {
                for (long i = from; i < to; i++) {
                    long part = i % parts;
                    part(
                            (int) (i / parts),
                            blocks * part / parts,
                            blocks * (part + 1) / parts,
                            rowsAPass,
                            s,
                            i * partBytes);
                }
            });
            boolean finite = true;
            for (int group = 0; group < groups; group++) {
                finite &= finish(group, parts, s, (long) group * parts * partBytes, partBytes);
            }
            return finite || rowsAPass == 1;
        } finally {
            sums.giveBack();
        }
    }

    /** Adds up all blocks of one part. */
    private void part(int group, long from, long to, int rowsAPass, MemorySegment sums, long sumAt) {
        long sourceBytes = Math.ceilDiv(in, QUAD) * planeBytes;
        long gradientAt = Math.ceilDiv(sourceBytes, 64) * 64;
        long gradientBytes = (long) height * period * outBytes;
        HostStorage storage = pool.allocate(gradientAt + gradientBytes + outBytes);
        try {
            MemorySegment s = storage.segment();
            long zeros = gradientAt + gradientBytes;
            long blocks = (long) down * across;
            s.asSlice(zeros, outBytes).fill((byte) 0);
            for (long i = from; i < to; i++) {
                int sample = (int) (i / blocks);
                int place = (int) (i % blocks);
                int row = place / across * height;
                int column = place % across * width;
                int high = Math.min(height, rows.count() - row);
                int wide = Math.min(width, columns.count() - column);
                loadSource(sample, group, row, high, column, s);
                loadGradients(sample, group, row, high, column, wide, s, gradientAt);
                multiply(high, wide, rowsAPass, i == from, s, gradientAt, zeros, sums, sumAt);
            }
        } finally {
            storage.giveBack();
        }
    }

    private void loadSource(int sample, int group, int row, int high, int column, MemorySegment s) {
        for (int phase = 0; phase < rows.stride(); phase++) {
            int top = row * rows.stride() + rows.at()[0] + phase;
            Images every = x.every(rows.stride(), Math.floorMod(top, rows.stride()));
            for (int c = 0; c < in; c += QUAD) {
                PatchBlock.load(
                        pack,
                        size,
                        every,
                        sample,
                        group * in + c,
                        Math.min(QUAD, in - c),
                        Math.floorDiv(top, rows.stride()),
                        Math.ceilDiv(rows.span(high), rows.stride()),
                        column * columns.stride() + columns.at()[0],
                        sourceWidth,
                        s,
                        c / QUAD * planeBytes + (long) phase * phaseRows * sourceWidth * QUAD * size,
                        (long) QUAD * size);
            }
        }
    }

    private void loadGradients(
            int sample, int group, int row, int high, int column, int wide, MemorySegment s, long at) {
        Images part = g.until(column + wide);
        for (int p = 0; p < panels; p++) {
            int first = PatchKernel.panelStart(vectors, p, panels) * lanes;
            int end = PatchKernel.panelStart(vectors, p + 1, panels) * lanes;
            long start = at + (long) first * size * high * period;
            long pixelBytes = (long) (end - first) * size;
            if (end > out) {
                s.asSlice(start, (long) high * period * pixelBytes).fill((byte) 0);
            }
            int count = Math.min(end, out) - first;
            PatchBlock.load(
                    pack,
                    size,
                    part,
                    sample,
                    group * out + first,
                    count,
                    row,
                    high,
                    column,
                    period,
                    s,
                    start,
                    pixelBytes);
        }
    }

    private void multiply(
            int high,
            int wide,
            int rowsAPass,
            boolean first,
            MemorySegment s,
            long gradientAt,
            long zeros,
            MemorySegment sums,
            long sumAt) {
        PatchTile t = new PatchTile(at, runs, s, s, sums, outBytes);
        t.count = 1;
        for (int r = 0; r < high; r += rowsAPass) {
            boolean overwrite = first && r == 0;
            int count = Math.min(rowsAPass, high - r);
            t.first = r;
            t.length = (count - 1) * period + wide;
            t.addend = overwrite ? s : sums;
            t.addendRowBytes = overwrite ? 0 : outBytes;
            for (int p = 0; p < panels; p++) {
                int start = PatchKernel.panelStart(vectors, p, panels);
                int v = PatchKernel.panelStart(vectors, p + 1, panels) - start;
                long vectorBytes = (long) lanes * size;
                t.bOffset = gradientAt + ((long) start * high + (long) v * r) * period * vectorBytes;
                long c = sumAt + start * vectorBytes;
                int tile = PatchKernel.rows(v);
                PatchKernel kernel = type.kernel(QUAD * columns.stride(), v);
                for (int i = 0; i < weights(); i += tile, c += tile * outBytes) {
                    kernel.tile(t, i, overwrite ? zeros : c, c);
                }
            }
        }
    }

    private int weights() {
        return at.length - PatchKernel.MOST_ROWS + 1;
    }

    /** Adds the parts up, puts the sums where the weights' gradients belong, and says whether their sum is finite. */
    private boolean finish(int group, int parts, MemorySegment sums, long sumAt, long partBytes) {
        long vectorBytes = (long) lanes * size;
        Workers.shared().run(weights() * (long) vectors, Math.max(1, Workers.GRAIN / (parts * lanes)), (from, to) -> {
            long begin = sumAt + from * vectorBytes;
            int n = Math.toIntExact((to - from) * lanes);
            for (int part = 1; part < parts; part++) {
                sum.run(sums, begin, sums, begin, sums, begin + part * partBytes, sums, 0, n);
            }
        });
        for (int o = 0; o < out; o++) {
            long from = sumAt + (long) o * size;
            for (int a : rows.taps()) {
                for (int b : columns.taps()) {
                    long to = target.at(group * out + o, 0, a, b);
                    Strided.copy(size, sums, from, outBytes, target.segment(), to, target.channelStride(), in);
                    from += in * outBytes;
                }
            }
        }
        int n = Math.toIntExact(weights() * (long) vectors * lanes);
        return Double.isFinite(total.floating(sums, sumAt, n));
    }
}
