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
            long planesBytes = in * planes.channelBytes() + VECTOR;
            int terms = rows.taps().length * columns.taps().length * in;
            long sumsAt = Math.ceilDiv(planesBytes, VECTOR) * VECTOR;
            long weightsAt = sumsAt + Math.ceilDiv((long) height * planes.pitch() * size, VECTOR) * VECTOR;
            HostStorage storage = pool.allocate(weightsAt + (long) terms * VECTOR);
            try {
                long[] runs = runOffsets();
                for (long i = from; i < to; i++) {
                    int image = (int) (i / down);
                    int row = (int) (i % down) * height;
                    block(
                            image / groups,
                            image % groups,
                            row,
                            Math.min(height, rows.count() - row),
                            runs,
                            storage.segment(),
                            sumsAt,
                            weightsAt);
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
                    runs[n++] = c * planes.channelBytes() + planes.runAt(a, b);
                }
            }
        }
        return runs;
    }

    private void block(
            int sample, int group, int row, int high, long[] runs, MemorySegment s, long sumsAt, long weightsAt) {
        for (int c = 0; c < in; c++) {
            planes.load(sample, group * in + c, row, s, c * planes.channelBytes());
        }
        int n = (high - 1) * planes.pitch() + columns.count();
        for (int o = 0; o < out; o++) {
            repeatWeights(group, o, s, weightsAt);
            s.asSlice(sumsAt, (long) n * size).fill((byte) 0);
            int t = 0;
            for (; t + 3 <= runs.length; t += 3) {
                long w = weightsAt + (long) t * VECTOR;
                kernel.addThree(s, sumsAt, s, runs[t], runs[t + 1], runs[t + 2], s, w, n);
            }
            for (; t < runs.length; t++) {
                kernel.addOne(s, sumsAt, s, runs[t], s, weightsAt + (long) t * VECTOR, n);
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
            kernel.copyRows(s, sumsAt, pitchBytes, target.segment(), to, rowBytes, high, columns.count());
            return;
        }
        for (int h = 0; h < high; h++) {
            long from = sumsAt + h * pitchBytes;
            Strided.scatter(size, s, from, target.segment(), to + h * rowBytes, step, columns.count());
        }
    }
}
