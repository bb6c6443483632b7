package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;

/**
 * Running sums and products, and the places of running extremes, in double or in integers that wrap around: a thread for each
 * of many columns, else a block for each row, or where rows are few for each part of one. How the kernels go on is in scan.cu.
 *
 * @param totalWords of 64 bits that a part of a row comes to
 */
record Scans(DeviceContext device, long kind, int totalWords, int dim, TensorView x, TensorView out) {
    private static final int SUM = 0; // as in scan.cu
    private static final int PRODUCT = 1;
    private static final int LARGEST = 2;
    private static final int SMALLEST = 3;

    private static final int EACH = 4; // elements of a thread, in each chunk
    private static final int WARP = 32;
    private static final int THREADS = 256;
    private static final long SHORT = 32;
    private static final long MANY_COLUMNS = 1 << 14;
    private static final long ENOUGH_PARTS = 1024; // for the largest devices
    private static final long SHORTEST_PART = 8192;

    static void run(DeviceContext device, Op.Scan op, TensorView x, TensorView out) {
        new Scans(device, op.product() ? PRODUCT : SUM, 1, op.dim(), x, out).run();
    }

    static void run(DeviceContext device, Op.ArgScan op, TensorView x, TensorView out) {
        new Scans(device, op.largest() ? LARGEST : SMALLEST, 2, op.dim(), x, out).run();
    }

    private void run() {
        if (length() > 0) {
            Axes axes = Axes.of(dim);
            LoopNest rows = LoopNest.of(Rows.starts(x.layout(), axes), Rows.starts(out.layout(), axes));
            Nests.forEachPart(rows, this::scan);
        }
    }

    private long length() {
        return Rows.length(x.layout(), dim);
    }

    private void scan(Nests.Part rows) {
        long n = length();
        long count = rows.count();
        boolean sideBySide = Math.abs(rows.nest().innerStride(0)) < Math.abs(Rows.stride(x.layout(), dim));
        if (n <= SHORT || count >= MANY_COLUMNS && sideBySide) {
            device.forEach(kernel("columns"), count, params -> write(params, rows, 1, n, 0));
            return;
        }
        int threads = Rows.powerOfTwo(Math.ceilDiv(n, EACH), WARP, THREADS);
        long wanted = Math.min(Math.ceilDiv(ENOUGH_PARTS, count), Math.ceilDiv(n, SHORTEST_PART));
        long chunk = (long) EACH * THREADS;
        long partLength = wanted == 1 ? n : Math.ceilDiv(Math.ceilDiv(n, wanted), chunk) * chunk;
        long parts = Math.ceilDiv(n, partLength);
        long blocks = Rows.blocks(count * parts);
        if (parts == 1) {
            device.launch(kernel("rows"), blocks, threads, 0, params -> write(params, rows, 1, n, 0));
            return;
        }
        try (Copies.Temporary totals = Rows.words(device, totalWords * count * parts)) {
            long address = totals.storage().address();
            device.launch(
                    kernel("totals"), blocks, threads, 0, params -> write(params, rows, parts, partLength, address));
            device.launch(
                    kernel("rows"), blocks, threads, 0, params -> write(params, rows, parts, partLength, address));
        }
    }

    private Kernel kernel(String name) {
        return device.kernel("scan", name, x.dtype());
    }

    /** Writes the structure {@code Scan}. */
    private void write(Params params, Nests.Part rows, long parts, long partLength, long totals) {
        params.add(kind).add(length()).add(parts).add(partLength);
        params.add(Rows.stride(x.layout(), dim))
                .add(Rows.stride(out.layout(), dim))
                .add(totals);
        rows.write(params, x, out);
    }
}
