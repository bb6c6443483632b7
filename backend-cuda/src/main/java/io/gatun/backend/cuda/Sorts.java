package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;

/** Sorted rows: tiles sorted in shared memory, and merged two by two where a row has several. How is in sort.cu. */
final class Sorts {
    private static final int TILE = 1024; // as in sort.cu
    private static final int LEAST_SLOTS = 64; // two for each thread of a warp
    private static final int THREADS = 256;
    private static final long LONGEST = 0xFFFFFFFFL; // of a row whose indices are of 32 bits

    private static final KernelName[][] SORT_TILES = names("sortTiles");
    private static final KernelName[][] MERGE_RUNS = names("mergeRuns");
    private static final KernelName[][] PUT_SORTED = names("putSorted");

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

    /** By whether indices are wide, and by dtype. */
    private static KernelName[][] names(String name) {
        return new KernelName[][] {names(name, "GATUN_WIDE=0"), names(name, "GATUN_WIDE=1")};
    }

    private static KernelName[] names(String name, String wide) {
        return KernelName.byType(dtype -> KernelName.of("sort", name, "GATUN_TYPE=" + dtype, wide));
    }

    static void run(DeviceContext device, Op.Sort op, TensorView x, TensorView values, TensorView indices) {
        Sorts sorts = new Sorts(device, op, x, values, indices);
        if (sorts.n > 0 && op.count() > 0) {
            Axes axes = Rows.along(op.dim());
            try (Nest rows =
                    Nest.open().addStarts(x, axes).addStarts(values, axes).addStarts(indices, axes)) {
                while (rows.next()) {
                    sorts.sort(rows);
                }
            }
        }
    }

    private void sort(Nest rows) {
        Runs runs = new Runs(Math.ceilDiv(n, TILE), TILE, n, op.first() + op.count());
        if (runs.count == 1) {
            tiles(rows, runs, 0, 0);
            return;
        }
        long pitch = (runs.count - 1) * runs.length() + runs.lastLength();
        long words = rows.count() * pitch * (wide ? 2 : 1);
        try (Scratch one = Rows.words(device, words);
                Scratch other = Rows.words(device, words)) {
            long from = Scratch.address(one);
            long to = Scratch.address(other);
            tiles(rows, runs, pitch, from);
            while (runs.count > 1) {
                merge(rows.count(), runs, pitch, from, to);
                long swapped = from;
                from = to;
                to = swapped;
                runs = runs.merged();
            }
            Params params = begin(1, 1, 1, 1);
            end(params, rows, pitch, from);
            device.forEach(kernel(PUT_SORTED), rows.count() * op.count(), params);
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

    private void tiles(Nest rows, Runs runs, long pitch, long items) {
        int width = Rows.powerOfTwo(n, 1, TILE);
        long tiles = rows.count() * runs.count;
        int slots = Rows.powerOfTwo(tiles >= TILE ? TILE : tiles * width, Math.max(width, LEAST_SLOTS), TILE);
        int threads = Math.min(THREADS, slots / 2);
        long blocks = Rows.blocks(Math.ceilDiv(tiles, slots / width));
        Params params = begin(runs.length(), runs.count, width, slots);
        end(params, rows, pitch, items);
        device.launch(kernel(SORT_TILES), blocks, threads, params);
    }

    private void merge(long rows, Runs runs, long pitch, long from, long to) {
        Runs merged = runs.merged();
        long pieces = Math.ceilDiv(merged.length(), TILE);
        Params params = device.params();
        params.add(rows).add(pitch).add(runs.count).add(runs.length()).add(runs.lastLength());
        params.add(merged.length()).add(from).add(to);
        device.launch(kernel(MERGE_RUNS), Rows.blocks(rows * merged.count * pieces), THREADS, params);
    }

    private Kernel kernel(KernelName[][] names) {
        return device.kernel(KernelName.ofType(names[wide ? 1 : 0], x.dtype()));
    }

    /** Writes the structure {@code Tiles} up to the slots. */
    private Params begin(long kept, long runs, long width, long slots) {
        Params params = device.params();
        params.add(n).add(op.descending()).add(op.first()).add(op.count());
        return params.add(kept).add(runs).add(width).add(slots);
    }

    private void end(Params params, Nest rows, long pitch, long items) {
        params.add(Rows.stride(x.layout(), op.dim()));
        params.add(Rows.stride(values.layout(), op.dim()));
        params.add(Rows.stride(indices.layout(), op.dim()));
        params.add(pitch).add(items);
        rows.write(params);
    }
}
