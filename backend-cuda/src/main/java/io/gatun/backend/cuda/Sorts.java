package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;

/** Sorted rows: tiles sorted in shared memory, and merged two by two where a row has several. How is in sort.cu. */
final class Sorts {
    private static final int TILE = 1024; // as in sort.cu
    private static final int LEAST_SLOTS = 64; // two for each thread of a warp
    private static final int THREADS = 256;
    private static final long LONGEST = 0xFFFFFFFFL; // of a row whose indices are of 32 bits

    private final DeviceContext device;
    private final TensorView x;
    private final TensorView values;
    private final TensorView indices;
    private final Op.Sort op;
    private final long n;
    private final boolean wide;

    private Sorts(DeviceContext device, Op.Sort op, TensorView x, TensorView values, TensorView indices) {
        this.device = device;
        this.op = op;
        this.x = x;
        this.values = values;
        this.indices = indices;
        this.n = Rows.length(x.layout(), op.dim());
        this.wide = x.dtype().byteSize() == Long.BYTES || n >= LONGEST;
    }

    static void run(DeviceContext device, Op.Sort op, TensorView x, TensorView values, TensorView indices) {
        Sorts sorts = new Sorts(device, op, x, values, indices);
        if (sorts.n > 0 && op.count() > 0) {
            Axes axes = Axes.of(op.dim());
            LoopNest rows = LoopNest.of(
                    Rows.starts(x.layout(), axes),
                    Rows.starts(values.layout(), axes),
                    Rows.starts(indices.layout(), axes));
            Nests.forEachPart(rows, sorts::sort);
        }
    }

    private void sort(Nests.Part rows) {
        Runs runs = new Runs(Math.ceilDiv(n, TILE), TILE, n, op.first() + op.count());
        if (runs.count == 1) {
            tiles(rows, runs, 0, 0);
            return;
        }
        long pitch = (runs.count - 1) * runs.length() + runs.lastLength();
        long words = rows.count() * pitch * (wide ? 2 : 1);
        try (Copies.Temporary one = Rows.words(device, words);
                Copies.Temporary other = Rows.words(device, words)) {
            Copies.Temporary from = one;
            Copies.Temporary to = other;
            tiles(rows, runs, pitch, from.storage().address());
            while (runs.count > 1) {
                merge(rows.count(), runs, pitch, from, to);
                Copies.Temporary swapped = from;
                from = to;
                to = swapped;
                runs = runs.merged();
            }
            long sorted = from.storage().address();
            device.forEach(kernel("putSorted"), rows.count() * op.count(), params -> {
                write(params, rows, 1, 1, 1, 1, pitch, sorted);
            });
        }
    }

    /**
     * The sorted runs of a row of {@code n} elements.
     *
     * @param count how many
     * @param width elements that went into each but the last
     * @param kept of each at most
     */
    private record Runs(long count, long width, long n, long kept) {
        long length() {
            return Math.min(width, kept);
        }

        long lastLength() {
            return Math.min(n - (count - 1) * width, kept);
        }

        Runs merged() {
            return new Runs(Math.ceilDiv(count, 2), 2 * width, n, kept);
        }
    }

    private void tiles(Nests.Part rows, Runs runs, long pitch, long items) {
        int width = Rows.powerOfTwo(n, 1, TILE);
        long tiles = rows.count() * runs.count;
        int slots = Rows.powerOfTwo(tiles >= TILE ? TILE : tiles * width, Math.max(width, LEAST_SLOTS), TILE);
        int threads = Math.min(THREADS, slots / 2);
        long blocks = Rows.blocks(Math.ceilDiv(tiles, slots / width));
        device.launch(kernel("sortTiles"), blocks, threads, 0, params -> {
            write(params, rows, runs.length(), runs.count, width, slots, pitch, items);
        });
    }

    private void merge(long rows, Runs runs, long pitch, Copies.Temporary from, Copies.Temporary to) {
        Runs merged = runs.merged();
        long pieces = Math.ceilDiv(merged.length(), TILE);
        device.launch(kernel("mergeRuns"), Rows.blocks(rows * merged.count * pieces), THREADS, 0, params -> {
            params.add(rows).add(pitch).add(runs.count).add(runs.length()).add(runs.lastLength());
            params.add(merged.length());
            params.add(from.storage().address()).add(to.storage().address());
        });
    }

    private Kernel kernel(String name) {
        return device.kernel("sort", name, "GATUN_TYPE=" + x.dtype(), "GATUN_WIDE=" + (wide ? 1 : 0));
    }

    /** Writes the structure {@code Tiles}. */
    private void write(
            Params params, Nests.Part rows, long kept, long runs, long width, long slots, long pitch, long items) {
        params.add(n).add(op.descending() ? 1L : 0L).add(op.first()).add(op.count());
        params.add(kept).add(runs).add(width).add(slots);
        params.add(Rows.stride(x.layout(), op.dim()));
        params.add(Rows.stride(values.layout(), op.dim()));
        params.add(Rows.stride(indices.layout(), op.dim()));
        params.add(pitch).add(items);
        rows.write(params, x, values, indices);
    }
}
