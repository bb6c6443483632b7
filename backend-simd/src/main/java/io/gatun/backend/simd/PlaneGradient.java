package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The adjoint of a convolution of few channels a group in its weights: each is a sum of products of the image's plane,
 * shifted, and the gradient's. The products of a column of positions are summed in a lane of their own, and the columns
 * together at the end, so that what lies between rows never counts. {@link PatchGradient} is for many channels, and says how
 * threads share the work.
 */
final class PlaneGradient {
    private static final int VECTOR = 64;
    private static final long SUM_BYTES = 1 << 14;

    private final PlaneKernel kernel;
    private final DType dtype;
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
    private final int height; // of a block
    private final Planes planes;
    private final int terms; // sums for each of the output's channels

    PlaneGradient(
            PatchType type, HostPool pool, int groups, Images x, Images g, Images target, Sweep rows, Sweep columns) {
        this.kernel = Planes.kernel(type.dtype());
        this.dtype = type.dtype();
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
        this.height = PlaneConvolution.blockRows(rows, columns, size);
        this.planes = new Planes(type, x, rows, columns, height, 0);
        this.terms = in * rows.taps().length * columns.taps().length;
    }

    void run() {
        int down = Math.ceilDiv(rows.count(), height);
        long blocks = (long) x.samples() * down;
        int parts = (int) Math.min(blocks, PatchGradient.parts(groups));
        long sumBytes = (long) Math.ceilDiv(columns.count(), lanes) * lanes * size;
        long partBytes = (long) out * terms * sumBytes;
        // Neighbouring groups, whose planes lie side by side, as long as their sums stay in the first-level cache.
        int some = Math.clamp(SUM_BYTES / partBytes, 1, groups);
        int bundles = Math.ceilDiv(groups, some);
        HostStorage storage = pool.allocate((long) groups * parts * partBytes);
        try {
            MemorySegment sums = storage.segment();
            long work = Math.max(1, blocks / parts) * height * planes.pitch() * terms * out * some;
            Workers.shared().run((long) bundles * parts, Math.max(1, Workers.SMALLEST_WORK / work), (from, to) -> {
                for (long i = from; i < to; i++) {
                    long part = i % parts;
                    int group = (int) (i / parts) * some;
                    part(
                            group,
                            Math.min(groups, group + some),
                            blocks * part / parts,
                            blocks * (part + 1) / parts,
                            down,
                            sums,
                            (group * (long) parts + part) * partBytes,
                            parts * partBytes,
                            sumBytes);
                }
            });
            for (int group = 0; group < groups; group++) {
                finish(group, parts, sums, group * (parts * partBytes), partBytes, sumBytes);
            }
        } finally {
            storage.giveBack();
        }
    }

    /** Blocks {@code from} to {@code to} of some groups, whose sums are at {@code sumAt} and every {@code step} bytes from there. */
    private void part(
            int first,
            int last,
            long from,
            long to,
            int down,
            MemorySegment sums,
            long sumAt,
            long step,
            long sumBytes) {
        long gradientAt = planes.bytes(in);
        HostStorage storage = pool.allocate(gradientAt + (long) height * planes.pitch() * size + VECTOR);
        try {
            MemorySegment s = storage.segment();
            for (int group = first; group < last; group++) {
                sums.asSlice(sumAt + (group - first) * step, sumBytes * terms * out)
                        .fill((byte) 0);
            }
            int before = -1;
            for (long i = from; i < to; i++) {
                int row = (int) (i % down) * height;
                if (row != before) {
                    planes.clear(in, s);
                }
                before = row;
                for (int group = first; group < last; group++) {
                    block((int) (i / down), group, row, s, gradientAt, sums, sumAt + (group - first) * step, sumBytes);
                }
            }
        } finally {
            storage.giveBack();
        }
    }

    private void block(
            int sample,
            int group,
            int row,
            MemorySegment s,
            long gradientAt,
            MemorySegment sums,
            long sumAt,
            long sumBytes) {
        int high = Math.min(height, rows.count() - row);
        long pitchBytes = (long) planes.pitch() * size;
        for (int c = 0; c < in; c++) {
            planes.load(sample, group * in + c, row, s, c);
        }
        long at = sumAt;
        for (int o = 0; o < out; o++) {
            loadGradient(sample, group * out + o, row, high, s, gradientAt);
            for (int c = 0; c < in; c++) {
                for (int a = 0; a < rows.taps().length; a++) {
                    for (int b = 0; b < columns.taps().length; b++, at += sumBytes) {
                        long run = planes.runAt(c, a, b);
                        kernel.addProducts(sums, at, s, run, s, gradientAt, pitchBytes, high, columns.count());
                    }
                }
            }
        }
    }

    private void loadGradient(int sample, int channel, int row, int high, MemorySegment s, long at) {
        long from = g.at(sample, channel, row, 0);
        long pitchBytes = (long) planes.pitch() * size;
        if (g.columnStride() == size) {
            RowCopies.copy(g.segment(), from, g.rowStride(), s, at, pitchBytes, high, columns.count() * (long) size);
            return;
        }
        for (int r = 0; r < high; r++) {
            long rowFrom = from + r * g.rowStride();
            Strided.gather(size, g.segment(), rowFrom, g.columnStride(), s, at + r * pitchBytes, columns.count());
        }
    }

    /** Adds up the parts and the columns of each weight's sums. */
    private void finish(int group, int parts, MemorySegment sums, long at, long partBytes, long sumBytes) {
        double[] byColumn = new double[columns.count()];
        long from = at;
        for (int o = 0; o < out; o++) {
            for (int c = 0; c < in; c++) {
                for (int a : rows.taps()) {
                    for (int b : columns.taps()) {
                        Arrays.fill(byColumn, 0);
                        for (int part = 0; part < parts; part++) {
                            for (int i = 0; i < byColumn.length; i++) {
                                byColumn[i] += Element.floating(dtype, sums, from + part * partBytes + (long) i * size);
                            }
                        }
                        double sum = 0;
                        for (double value : byColumn) {
                            sum += value;
                        }
                        Element.set(dtype, target.segment(), target.at(group * out + o, c, a, b), sum);
                        from += sumBytes;
                    }
                }
            }
        }
    }
}
