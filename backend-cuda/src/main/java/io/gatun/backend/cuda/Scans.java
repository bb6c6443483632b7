package io.gatun.backend.cuda;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;

/**
 * Running sums and products, and the places of running extremes, in double or in integers that wrap around: a thread for each
 * of many columns, else a block for each row, or where rows are few for each part of one. How the kernels go on is in scan.cu.
 */
final class Scans {
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

    private static final KernelName COLUMNS = KernelName.typed("scan", "columns");
    private static final KernelName ROWS = KernelName.typed("scan", "rows");
    private static final KernelName TOTALS = KernelName.typed("scan", "totals");

    private Scans() {}

    static void run(DeviceContext device, Op.Scan op, TensorView x, TensorView out) {
        run(device, op.product() ? PRODUCT : SUM, op.dim(), x, out);
    }

    static void run(DeviceContext device, Op.ArgScan op, TensorView x, TensorView out) {
        run(device, op.largest() ? LARGEST : SMALLEST, op.dim(), x, out);
    }

    private static void run(DeviceContext device, int kind, int dim, TensorView x, TensorView out) {
        if (Rows.length(x.layout(), dim) == 0) {
            return;
        }
        try (Nest rows = Nest.open().addStarts(x, Rows.along(dim)).addStarts(out, Rows.along(dim))) {
            while (rows.next()) {
                scan(device, kind, dim, x, out, rows);
            }
        }
    }

    private static void scan(DeviceContext device, int kind, int dim, TensorView x, TensorView out, Nest rows) {
        long n = Rows.length(x.layout(), dim);
        long count = rows.count();
        long stride = Rows.stride(x.layout(), dim);
        boolean columns = n <= SHORT || count >= MANY_COLUMNS && Math.abs(rows.stride(0, 0)) < Math.abs(stride);
        int threads = Rows.powerOfTwo(Math.ceilDiv(n, EACH), WARP, THREADS);
        long wanted = columns ? 1 : Math.min(Math.ceilDiv(ENOUGH_PARTS, count), Math.ceilDiv(n, SHORTEST_PART));
        long chunk = (long) EACH * THREADS;
        long partLength = wanted == 1 ? n : Math.ceilDiv(Math.ceilDiv(n, wanted), chunk) * chunk;
        long parts = Math.ceilDiv(n, partLength);
        long blocks = Rows.blocks(count * parts);
        try (Scratch totals = parts == 1 ? null : Rows.words(device, totalWords(kind) * count * parts)) {
            Params params = device.params();
            params.add(kind).add(n).add(parts).add(partLength);
            params.add(stride).add(Rows.stride(out.layout(), dim)).add(Scratch.address(totals));
            rows.write(params);
            if (columns) {
                device.forEach(device.kernel(COLUMNS, x.dtype()), count, params);
                return;
            }
            if (totals != null) {
                device.launch(device.kernel(TOTALS, x.dtype()), blocks, threads, params);
            }
            device.launch(device.kernel(ROWS, x.dtype()), blocks, threads, params);
        }
    }

    /** The words of 64 bits that a part of a row comes to: an extreme has a place beside it. */
    private static long totalWords(int kind) {
        return kind == LARGEST || kind == SMALLEST ? 2 : 1;
    }
}
