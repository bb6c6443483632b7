package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A convolution with kernels of 3 by 3 in F32, or its adjoint in the input, with 16 multiplications for four results in
 * place of 36.
 *
 * <p>Winograd's way, F(2 × 2, 3 × 3) of Lavin and Gray, "Fast algorithms for convolutional neural networks" (2015): tiles of
 * 4 by 4 elements of the image, two apart, and the kernels are transformed by few additions; their products element by
 * element, summed over channels, are 16 products of matrices, each of (channels out, channels in) and (channels in, tiles);
 * and few additions more make of each tile 2 by 2 results.
 *
 * <p>Tiles of all samples are one sequence. It is cut into blocks whose transformed elements stay in the second-level cache,
 * a multiple of the widest tile of {@link GemmKernel}. Rounding is about twice that of a sum, and relative to the largest
 * element of a tile. And where a result is not finite, so may be the others of its tile that should be, and {@link #run}
 * says so; then all is done again another way.
 */
final class WinogradProduct {
    private static final int MATRICES = 16;
    private static final int GROUP = 8; // channels transformed at a time
    private static final int HIGH = 8; // rows of tiles at a time
    private static final int PLANES = 9 + 12; // of kernels, and of halfway transformed ones
    private static final long BLOCK_BYTES = 1 << 20;
    private static final int LANES = VectorWidth.species(float.class).length();
    private static final long VECTOR = (long) LANES * Float.BYTES;
    private static final PlaneKernel PLANE = Planes.kernel(DType.F32);
    private static final int ROWS = 2 * HIGH + 2; // of the image, for so many of tiles
    private static final long SCRATCH = GROUP * ROWS * 4 * VECTOR;
    private static final long COPIED =
            GROUP * ROWS * (2 * VECTOR + 2 * Float.BYTES) + 2 * VECTOR; // which is read beyond
    private static final WinogradKernel KERNEL = Stamp.kernel(WinogradKernel.class, WinogradTemplate.class);
    private static final GemmKernel PRODUCT = GemmKernel.of(DType.F32);

    private final HostPool pool;
    private final Images source;
    private final Images weights;
    private final Images target;
    private final boolean adjoint;
    private final Sweep rows;
    private final Sweep columns;
    private final int in; // channels of a group of the source, and
    private final int out; // of the target
    private final int tilesDown;
    private final int tilesAcross;
    private final long acrossBytes; // of transformed elements of a row of tiles
    private final long tiles; // of a group
    private final int blockTiles;
    private final int blockChannels; // of the target
    private final long pitch; // of a row of transformed elements, which are written in whole vectors
    private final long weightPitch; // of a channel out, in whole vectors
    private final long weightMatrix;
    private final long weightBytes; // of a group
    private final long imageMatrix; // bytes of a transformed matrix; no multiple of what a cache's sets repeat after
    private final long resultMatrix;

    WinogradProduct(
            HostPool pool,
            int groups,
            Images source,
            Images weights,
            Images target,
            boolean adjoint,
            Sweep rows,
            Sweep columns) {
        this.pool = pool;
        this.source = source;
        this.weights = weights;
        this.target = target;
        this.adjoint = adjoint;
        this.rows = rows;
        this.columns = columns;
        this.in = source.channels() / groups;
        this.out = target.channels() / groups;
        this.tilesDown = Math.ceilDiv(rows.count(), 2);
        this.tilesAcross = Math.ceilDiv(columns.count(), 2);
        this.acrossBytes = tilesAcross * (long) Float.BYTES;
        this.tiles = (long) source.samples() * tilesDown * tilesAcross;
        int panel = PRODUCT.nr();
        int panels = Math.clamp(BLOCK_BYTES / ((long) MATRICES * (in + out) * panel * Float.BYTES), 1, 8);
        this.blockTiles = (int) Math.min((long) panels * panel, Math.ceilDiv(tiles, LANES) * LANES);
        this.pitch = (blockTiles + LANES) * (long) Float.BYTES;
        long fitting = Math.max(1, BLOCK_BYTES / 2 / (MATRICES * pitch) / GemmKernel.ROWS) * GemmKernel.ROWS;
        this.blockChannels = (int) Math.min(out, fitting);
        this.weightPitch = Math.ceilDiv(in, LANES) * VECTOR;
        this.weightMatrix = out * weightPitch;
        this.weightBytes = MATRICES * weightMatrix;
        this.imageMatrix = in * pitch + VECTOR;
        this.resultMatrix = blockChannels * pitch + VECTOR;
    }

    /** Whether this can be done so: kernels of 3 by 3 in F32 without stride or dilation, rows next to each other. */
    static boolean fits(DType dtype, Images source, Images target, Sweep rows, Sweep columns) {
        return dtype == DType.F32
                && threeInARow(rows)
                && threeInARow(columns)
                && source.columnStride() == Float.BYTES
                && target.columnStride() == Float.BYTES;
    }

    /**
     * What it costs, in half cycles, as measured beside {@link PatchProduct}: the products, transforming a vector of tiles of
     * each channel, and the kernels.
     */
    static long cost(int groups, Images source, Images target, Sweep rows, Sweep columns) {
        long in = source.channels() / groups;
        long out = target.channels() / groups;
        long across = Math.ceilDiv(columns.count(), 2);
        long down = (long) source.samples() * Math.ceilDiv(rows.count(), 2);
        long vectors = Math.ceilDiv(down * across, LANES);
        return groups
                * (18 * vectors * in * out
                        + down * Math.ceilDiv(across, LANES) * (470 * in + 320 * out)
                        + 90 * in * out);
    }

    private static boolean threeInARow(Sweep sweep) {
        return sweep.taps().length == 3 && sweep.isDense() && sweep.stride() == 1 && sweep.step() == 1;
    }

    /** Whether all results are finite. If not, some may be wrong. */
    boolean run() {
        int groups = source.channels() / in;
        HostStorage storage = pool.allocate(groups * weightBytes);
        AtomicBoolean finite = new AtomicBoolean(true);
        try {
            MemorySegment u = storage.segment();
            Workers workers = Workers.shared();
            workers.run((long) groups * out, Math.max(1, Workers.GRAIN / 16 / in), (from, to) -> {
                HostStorage planes = pool.allocate(PLANES * weightPitch);
                try {
                    for (long k = from; k < to; k++) {
                        transform((int) (k / out), (int) (k % out), u, planes.segment());
                    }
                } finally {
                    planes.giveBack();
                }
            });
            long blocks = Math.ceilDiv(tiles, blockTiles);
            workers.run(groups * blocks, 1, (from, to) -> {
                for (long b = from; b < to; b++) {
                    long first = b % blocks * blockTiles;
                    if (!block((int) (b / blocks), first, (int) Math.min(blockTiles, tiles - first), u)) {
                        finite.set(false);
                    }
                }
            });
        } finally {
            storage.giveBack();
        }
        return finite.get();
    }

    /** The kernels of one channel out, of a group, with {@code planes} for what is on the way. */
    private void transform(int group, int k, MemorySegment u, MemorySegment planes) {
        long outBytes = adjoint ? weights.channelStride() : weights.sampleStride();
        long inBytes = adjoint ? weights.sampleStride() : weights.channelStride();
        long from = weights.offset() + (long) group * (adjoint ? in : out) * weights.sampleStride() + k * outBytes;
        boolean whole = weights.rowStride() == 3 * weights.columnStride();
        for (int i = 0; i < (whole ? 1 : 3); i++) {
            long row = from + i * weights.rowStride();
            long to = 3L * i * weightPitch;
            PRODUCT.pack()
                    .transpose(
                            in,
                            whole ? 9 : 3,
                            weights.segment(),
                            row,
                            inBytes,
                            weights.columnStride(),
                            planes,
                            to,
                            weightPitch);
        }
        int vectors = (int) (weightPitch / VECTOR);
        for (int j = 0; j < 3; j++) {
            long column = columns.taps()[j] * weightPitch;
            long row = 3 * weightPitch;
            KERNEL.weights(
                    vectors,
                    planes,
                    column + rows.taps()[0] * row,
                    column + rows.taps()[1] * row,
                    column + rows.taps()[2] * row,
                    planes,
                    (9L + j) * weightPitch,
                    row);
        }
        for (int i = 0; i < 4; i++) {
            long at = group * weightBytes + 4L * i * weightMatrix + k * weightPitch;
            KERNEL.weights(
                    vectors,
                    planes,
                    (9L + 3L * i) * weightPitch,
                    (10L + 3L * i) * weightPitch,
                    (11L + 3L * i) * weightPitch,
                    u,
                    at,
                    weightMatrix);
        }
    }

    private boolean block(int group, long first, int count, MemorySegment u) {
        long imageBytes = MATRICES * imageMatrix;
        long resultBytes = MATRICES * resultMatrix;
        HostStorage storage = pool.allocate(imageBytes + resultBytes + SCRATCH + COPIED);
        try {
            MemorySegment s = storage.segment();
            Span[] spans = spans(first, count);
            for (int c = 0; c < in; c += GROUP) {
                for (Span span : spans) {
                    in(group * in, c, span, s, imageBytes + resultBytes);
                }
            }
            boolean finite = true;
            for (int k = 0; k < out; k += blockChannels) {
                int channels = Math.min(blockChannels, out - k);
                multiply(u, group * weightBytes + k * weightPitch, channels, count, s, imageBytes);
                for (int c = 0; c < channels; c += GROUP) {
                    for (Span span : spans) {
                        finite &= out(group * out + k, c, channels, span, s, imageBytes, imageBytes + resultBytes);
                    }
                }
            }
            return finite;
        } finally {
            storage.giveBack();
        }
    }

    /**
     * A rectangle of tiles of one sample, up to a vector wide.
     *
     * @param row of the results, and {@code column}, where they begin
     * @param place where its tiles are in their block, in bytes, of which those of the next row are {@link #acrossBytes} on
     */
    private record Span(int sample, int row, int column, int tiles, int high, long place) {}

    /**
     * The rectangles of a block, in an order in which they can be written in whole vectors: what follows a row's last tile
     * is written later.
     */
    private Span[] spans(long first, int count) {
        List<Span> spans = new ArrayList<>();
        for (int t = 0; t < count; ) {
            int inSample = (int) ((first + t) % ((long) tilesDown * tilesAcross));
            int sample = (int) ((first + t) / ((long) tilesDown * tilesAcross));
            int down = inSample / tilesAcross;
            int across = inSample % tilesAcross;
            int wide = Math.min(tilesAcross - across, count - t);
            int whole = Math.min(Math.min(HIGH, (count - t) / tilesAcross), tilesDown - down);
            int high = across == 0 ? Math.max(1, whole) : 1;
            for (int x = (wide - 1) / LANES * LANES; x >= 0; x -= LANES) {
                long place = (t + x) * (long) Float.BYTES;
                spans.add(new Span(sample, 2 * down, 2 * (across + x), Math.min(LANES, wide - x), high, place));
            }
            t += wide * high;
        }
        return spans.toArray(new Span[0]);
    }

    /** Transforms some channels of tiles, from a copy with zeros around the image. */
    private void in(int group, int channel, Span span, MemorySegment s, long scratch) {
        int channels = Math.min(GROUP, in - channel);
        int high = 2 * span.high + 2;
        int wide = 2 * span.tiles + 2;
        int row = span.row + rows.at()[0];
        int column = span.column + columns.at()[0];
        int top = Math.max(0, row);
        int left = Math.max(0, column);
        int down = Math.min(source.height(), row + high) - top;
        int across = Math.min(source.width(), column + wide) - left;
        long copy = scratch + SCRATCH;
        long rowBytes = wide * (long) Float.BYTES;
        if (down < high || across < wide) {
            PLANE.fill(s, copy, 0, channels * high * wide);
        }
        for (int c = 0; c < channels && down > 0 && across > 0; c++) {
            long from = source.at(span.sample, group + channel + c, top, left);
            long to = copy + ((long) c * high + top - row) * rowBytes + (left - column) * (long) Float.BYTES;
            RowCopies.copy(
                    source.segment(), from, source.rowStride(), s, to, rowBytes, down, across * (long) Float.BYTES);
        }
        KERNEL.inRows(channels * high, s, copy, rowBytes, s, scratch);
        for (int r = 0; r < span.high; r++) {
            KERNEL.inColumns(
                    channels,
                    high,
                    s,
                    scratch + 8L * r * VECTOR,
                    s,
                    channel * pitch + span.place + r * acrossBytes,
                    imageMatrix,
                    pitch);
        }
    }

    private void multiply(MemorySegment u, long uAt, int channels, int count, MemorySegment s, long resultAt) {
        int vectors = Math.ceilDiv(count, LANES);
        for (int matrix = 0; matrix < MATRICES; matrix++) {
            long a = uAt + matrix * weightMatrix;
            long b = matrix * imageMatrix;
            long c = resultAt + matrix * resultMatrix;
            for (int v = 0; v < vectors; v += GemmKernel.NV) {
                GemmTile tile = PRODUCT.tile(Math.min(GemmKernel.NV, vectors - v));
                for (int k = 0; k < channels; k += GemmKernel.ROWS) {
                    tile.run(
                            Math.min(GemmKernel.ROWS, channels - k),
                            in,
                            u,
                            a + k * weightPitch,
                            weightPitch,
                            Float.BYTES,
                            s,
                            b + v * VECTOR,
                            pitch,
                            s,
                            c + k * pitch + v * VECTOR,
                            pitch);
                }
            }
        }
    }

    private boolean out(int first, int channel, int most, Span span, MemorySegment s, long at, long scratch) {
        int channels = Math.min(GROUP, most - channel);
        boolean finite = true;
        for (int r = 0; r < span.high; r++) {
            int row = span.row + 2 * r;
            long place = channel * pitch + span.place + r * acrossBytes;
            KERNEL.outColumns(channels, s, at + place, resultMatrix, pitch, s, scratch);
            finite &= KERNEL.outRows(
                    channels,
                    s,
                    scratch,
                    Math.min(2, target.height() - row),
                    Math.min(2 * span.tiles, target.width() - span.column),
                    target.segment(),
                    target.at(span.sample, first + channel, row, span.column),
                    target.channelStride(),
                    target.rowStride());
        }
        return finite;
    }
}
