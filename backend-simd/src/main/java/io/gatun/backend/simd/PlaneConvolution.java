package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * A convolution, or its adjoint in the input, of few channels a group: plane by plane. Each element of the kernel adds the
 * image's plane, shifted and times a number, to the result's; {@link Planes} makes these shifts runs without ends. Nothing is
 * transposed, and the vectors lie along the image whatever the number of channels: a depthwise convolution is the extreme.
 * {@link PatchProduct} has the parameters' meaning, and is faster where channels are many.
 */
final class PlaneConvolution {
    private static final int VECTOR = 64;
    private static final int LEAST_ROWS = 4;
    private static final long BLOCK_BYTES = 1 << 14;

    private final PlaneKernel kernel;
    private final int size;
    private final HostPool pool;
    private final int groups;
    private final Images source;
    private final Images weights;
    private final Images target;
    private final boolean adjoint;
    private final Sweep rows;
    private final Sweep columns;
    private final int in;
    private final int out;
    private final int height; // of a block
    private final Planes planes;

    PlaneConvolution(
            PatchType type,
            HostPool pool,
            int groups,
            Images source,
            Images weights,
            Images target,
            boolean adjoint,
            Sweep rows,
            Sweep columns) {
        this.kernel = Planes.kernel(type.dtype());
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
        this.height = blockRows(rows, columns, size);
        this.planes = new Planes(type, source, rows, columns, height, 0);
    }

    /** Rows of results whose sums stay in the first-level cache. */
    static int blockRows(Sweep rows, Sweep columns, int size) {
        long fitting = BLOCK_BYTES / ((long) columns.span(columns.count()) * size);
        int most = Math.clamp(fitting, LEAST_ROWS, Math.max(LEAST_ROWS, rows.count()));
        return Math.ceilDiv(rows.count(), Math.ceilDiv(rows.count(), most));
    }

    void run() {
        int down = Math.ceilDiv(rows.count(), height);
        long work = (long) height * planes.pitch() * rows.taps().length * columns.taps().length * in * out;
        long blocks = (long) source.samples() * groups * down;
        Workers.shared().run(blocks, Math.max(1, Workers.SMALLEST_WORK / work), (from, to) -> {
            int terms = rows.taps().length * columns.taps().length * in;
            long sumsAt = planes.bytes(in);
            long weightsAt = sumsAt + Math.ceilDiv((long) height * planes.pitch() * size, VECTOR) * VECTOR;
            long zerosAt = weightsAt + (long) terms * VECTOR;
            HostStorage storage = pool.allocate(zerosAt + (weightsAt - sumsAt));
            try {
                long[] runs = runOffsets();
                kernel.fill(storage.segment(), zerosAt, 0, Math.toIntExact((weightsAt - sumsAt) / size));
                int before = -1;
                for (long i = from; i < to; i++) {
                    int image = (int) (i / down);
                    int row = (int) (i % down) * height;
                    if (row != before) {
                        planes.clear(in, storage.segment());
                    }
                    before = row;
                    block(
                            image / groups,
                            image % groups,
                            row,
                            Math.min(height, rows.count() - row),
                            runs,
                            storage.segment(),
                            sumsAt,
                            weightsAt,
                            zerosAt);
                }
            } finally {
                storage.giveBack();
            }
        });
    }

    /** Where each term's run begins, rows of the kernel before columns before channels. */
    private long[] runOffsets() {
        long[] runs = new long[rows.taps().length * columns.taps().length * in];
        int n = 0;
        for (int c = 0; c < in; c++) {
            for (int a = 0; a < rows.taps().length; a++) {
                for (int b = 0; b < columns.taps().length; b++) {
                    runs[n++] = planes.runAt(c, a, b);
                }
            }
        }
        return runs;
    }

    private void block(
            int sample,
            int group,
            int row,
            int high,
            long[] runs,
            MemorySegment s,
            long sumsAt,
            long weightsAt,
            long zerosAt) {
        for (int c = 0; c < in; c++) {
            planes.load(sample, group * in + c, row, s, c);
        }
        int n = (high - 1) * planes.pitch() + columns.count();
        for (int o = 0; o < out; o++) {
            repeatWeights(group, o, s, weightsAt);
            long sums = zerosAt;
            for (int t = 0; t < runs.length; ) {
                int some = PlaneKernel.most(runs.length - t);
                kernel.add(some, runs, t, s, s, weightsAt + (long) t * VECTOR, s, sums, s, sumsAt, n);
                sums = sumsAt;
                t += some;
            }
            store(sample, group * out + o, row, high, s, sumsAt);
        }
    }

    private void repeatWeights(int group, int o, MemorySegment s, long weightsAt) {
        long at = weightsAt;
        for (int c = 0; c < in; c++) {
            int first = adjoint ? group * in + c : group * out + o;
            int second = adjoint ? o : c;
            for (int a : rows.taps()) {
                for (int b : columns.taps()) {
                    Lanes.repeat(size, weights.segment(), weights.at(first, second, a, b), s, at);
                    at += VECTOR;
                }
            }
        }
    }

    private void store(int sample, int channel, int row, int high, MemorySegment s, long sumsAt) {
        long to = target.at(sample, channel, rows.first() + row * rows.step(), columns.first());
        long rowBytes = rows.step() * target.rowStride();
        long step = columns.step() * target.columnStride();
        long pitchBytes = (long) planes.pitch() * size;
        if (step == size) {
            RowCopies.copy(s, sumsAt, pitchBytes, target.segment(), to, rowBytes, high, columns.count() * (long) size);
            return;
        }
        for (int h = 0; h < high; h++) {
            long from = sumsAt + h * pitchBytes;
            Strided.scatter(size, s, from, target.segment(), to + h * rowBytes, step, columns.count());
        }
    }
}
