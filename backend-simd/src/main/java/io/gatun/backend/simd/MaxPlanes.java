package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.PoolGeometry;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Maximum pooling of floating-point images by vectors: the windows' first elements are one plane of the image ({@link
 * Planes}), the second another, and so on; element for element the largest is kept, and which it was. Around the image is
 * negative infinity, which never wins; where a window has nothing else, its first element inside is the largest.
 */
final class MaxPlanes {
    /** Stamped from {@link MaxPlaneTemplate}; works on whole vectors, up to as much beyond {@code n} elements. */
    interface Kernel {
        /** Where x is larger, or NaN and the largest so far is not, it becomes the largest, and {@code tap} its number. */
        void take(
                MemorySegment largest,
                long largestAt,
                MemorySegment taps,
                long tapsAt,
                MemorySegment x,
                long xAt,
                int tap,
                int n);

        /** From numbers to {@code first + i * step + tapAt[number]}; -1 where there is none. */
        void positions(
                MemorySegment taps, long at, long[] tapAt, long first, int step, MemorySegment to, long toAt, int n);
    }

    private static final int VECTOR = 64;
    private static final @Nullable Kernel[] KERNELS = new Kernel[DType.values().length];

    private final Kernel kernel;
    private final PlaneKernel planeKernel;
    private final int size;
    private final HostPool pool;
    private final Images x;
    private final Images values;
    private final MemorySegment positions;
    private final long positionsAt;
    private final Sweep rows;
    private final Sweep columns;
    private final int height; // of a block
    private final Planes planes;
    private final long[] runs;
    private final long[] tapAt; // of each tap, from a window's first position without padding

    MaxPlanes(PoolGeometry geometry, HostPool pool, TensorView x, TensorView values, TensorView positions) {
        PatchType type = PatchType.of(x.dtype());
        this.kernel = kernel(x.dtype());
        this.planeKernel = Planes.kernel(x.dtype());
        this.size = type.size();
        this.pool = pool;
        this.x = Images.of(x);
        this.values = Images.of(values);
        this.positions = positions.storage().segment();
        this.positionsAt = positions.layout().offset() * Long.BYTES;
        this.rows = sweep(geometry, 0, this.values.height());
        this.columns = sweep(geometry, 1, this.values.width());
        this.height = PlaneConvolution.blockRows(rows, columns, size);
        this.planes = new Planes(type, this.x, rows, columns, height, Double.NEGATIVE_INFINITY);
        this.runs = new long[rows.at().length * columns.at().length];
        this.tapAt = new long[runs.length];
        int n = 0;
        for (int a = 0; a < rows.at().length; a++) {
            for (int b = 0; b < columns.at().length; b++) {
                tapAt[n] = (long) rows.at()[a] * this.x.width() + columns.at()[b];
                runs[n++] = planes.runAt(0, a, b);
            }
        }
    }

    /** Whether there are kernels for these operands. */
    static boolean take(PoolGeometry geometry, TensorView x, TensorView values, TensorView positions) {
        return geometry.spatialRank() <= 2
                && (x.dtype() == DType.F32 || x.dtype() == DType.F64)
                && values.layout().isContiguous()
                && positions.layout().isContiguous();
    }

    private static Sweep sweep(PoolGeometry geometry, int dim, int out) {
        int i = geometry.spatialRank() - 2 + dim;
        return i < 0
                ? Sweep.forward(1, 1, 0, 1, 1)
                : Sweep.forward(
                        geometry.kernel().get(i),
                        geometry.stride().get(i),
                        geometry.padding().get(i),
                        geometry.dilation().get(i),
                        out);
    }

    private static Kernel kernel(DType dtype) {
        int at = Stamp.place(dtype);
        Kernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(Kernel.class, MaxPlaneTemplate.class, dtype);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    void run() {
        int down = Math.ceilDiv(rows.count(), height);
        long work = (long) height * planes.pitch() * runs.length;
        long blocks = (long) x.samples() * x.channels() * down;
        Workers.shared().run(blocks, Math.max(1, Workers.SMALLEST_WORK / work), (from, to) -> {
            long largestAt = planes.bytes(1);
            long tapsAt = largestAt + Math.ceilDiv((long) height * planes.pitch() * size, VECTOR) * VECTOR;
            HostStorage storage = pool.allocate(tapsAt + tapsAt - largestAt);
            try {
                int before = -1;
                for (long i = from; i < to; i++) {
                    long plane = i / down;
                    int row = (int) (i % down) * height;
                    if (row != before) {
                        planes.clear(1, storage.segment());
                    }
                    before = row;
                    int high = Math.min(height, rows.count() - row);
                    block(plane, row, high, storage.segment(), largestAt, tapsAt);
                }
            } finally {
                storage.giveBack();
            }
        });
    }

    private void block(long plane, int row, int high, MemorySegment s, long largestAt, long tapsAt) {
        int sample = (int) (plane / x.channels());
        int channel = (int) (plane % x.channels());
        planes.load(sample, channel, row, s, 0);
        int n = (high - 1) * planes.pitch() + columns.count();
        planeKernel.fill(s, largestAt, Double.NEGATIVE_INFINITY, n);
        planeKernel.fill(s, tapsAt, -1, n);
        for (int t = 0; t < runs.length; t++) {
            kernel.take(s, largestAt, s, tapsAt, s, runs[t], t, n);
        }
        long pitchBytes = (long) planes.pitch() * size;
        RowCopies.copy(
                s,
                largestAt,
                pitchBytes,
                values.segment(),
                values.at(sample, channel, row, 0),
                values.rowStride(),
                high,
                columns.count() * (long) size);
        for (int h = 0; h < high; h++) {
            long first = (long) (row + h) * rows.stride() * x.width();
            long at = positionsAt + ((plane * rows.count() + row + h) * columns.count()) * Long.BYTES;
            kernel.positions(
                    s, tapsAt + h * pitchBytes, tapAt, first, columns.stride(), positions, at, columns.count());
            for (int w = 0; w < columns.count(); w++) {
                if (positions.get(Lanes.LONG, at + (long) w * Long.BYTES) < 0) {
                    int y = firstInside(rows, row + h, x.height());
                    int across = firstInside(columns, w, x.width());
                    positions.set(Lanes.LONG, at + (long) w * Long.BYTES, (long) y * x.width() + across);
                    Strided.move(
                            size,
                            x.segment(),
                            x.at(sample, channel, y, across),
                            values.segment(),
                            values.at(sample, channel, row + h, w));
                }
            }
        }
    }

    /** The first element of a window that is inside, or 0. */
    private static int firstInside(Sweep sweep, int window, int size) {
        for (int at : sweep.at()) {
            int place = window * sweep.stride() + at;
            if (place >= 0 && place < size) {
                return place;
            }
        }
        return 0;
    }
}
