package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;

/**
 * Many elements to one: chooses how many threads go along a row and how rows are cut, by sizes and strides alone, so that
 * results are the same on every device. How the kernels go on is in reduce.cuh.
 *
 * @param family the source of the kernels, and the name of the first
 * @param mean whether sums are divided by the row's length
 * @param totalWords of 64 bits that a part of a row comes to
 * @param row the dimensions reduced
 */
record Reductions(
        DeviceContext device,
        String family,
        long kind,
        boolean mean,
        int totalWords,
        LoopNest row,
        TensorView x,
        TensorView out) {
    private static final int SUM = 0; // as in reduce.cu
    private static final int PRODUCT = 1;
    private static final int LARGEST = 2;
    private static final int SMALLEST = 3;

    private static final int WARP = 32;
    private static final int THREADS = 256;
    private static final int PACK = 16; // bytes
    private static final long ENOUGH_GROUPS = 1024; // of threads, for the largest devices

    private static final int OPERAND = 0; // of the nests

    static void run(DeviceContext device, Op.Reduce op, TensorView x, TensorView out) {
        int kind = switch (op.kind()) {
            case SUM, MEAN -> SUM;
            case PROD -> PRODUCT;
            case AMAX, ANY -> LARGEST;
            case AMIN, ALL -> SMALLEST;
        };
        run(device, "reduce", kind, op.kind() == ReduceKind.MEAN, 1, op.axes(), op.keepDims(), x, out);
    }

    static void run(DeviceContext device, Op.ArgReduce op, TensorView x, TensorView out) {
        run(device, "place", op.largest() ? 1 : 0, false, 2, Axes.of(op.dim()), op.keepDim(), x, out);
    }

    private static void run(
            DeviceContext device,
            String family,
            long kind,
            boolean mean,
            int totalWords,
            Axes axes,
            boolean keepDims,
            TensorView x,
            TensorView out) {
        LoopNest row = LoopNest.of(Rows.within(x.layout(), axes));
        if (row.loops() > Nests.LOOPS) {
            try (Copies.Temporary copy = Copies.contiguous(device, x)) {
                run(device, family, kind, mean, totalWords, axes, keepDims, copy, out);
            }
            return;
        }
        Layout results = keepDims ? Rows.starts(out.layout(), axes) : out.layout();
        LoopNest kept = LoopNest.of(Rows.starts(x.layout(), axes), results);
        Reductions reductions = new Reductions(device, family, kind, mean, totalWords, row, x, out);
        Nests.forEachPart(kept, reductions::launch);
    }

    private void launch(Nests.Part kept) {
        long outputs = kept.count();
        long n = rowLength();
        boolean across =
                outputs > 1 && n > 1 && Math.abs(kept.nest().innerStride(OPERAND)) < Math.abs(row.innerStride(OPERAND));
        boolean packed = !across && isPacked(kept);
        int lanes = across ? lanesAcross(outputs, n) : lanesAlong(outputs, n);
        int threads = threads(lanes, outputs);
        long groups = Math.ceilDiv(outputs, threads / lanes);
        long wanted = Math.min(Math.ceilDiv(ENOUGH_GROUPS, groups), Math.ceilDiv(n, 64L * lanes));
        long length = wanted <= 1 ? Math.max(n, 1) : Math.ceilDiv(Math.ceilDiv(n, wanted), PACK) * PACK;
        long parts = Math.max(1, Math.ceilDiv(n, length));
        Kernel kernel = kernel(family);
        if (parts == 1) {
            device.launch(kernel, Rows.blocks(groups), threads, 0, params -> {
                begin(params, lanes, across, packed).add(parts).add(length).add(0L);
                write(params, kept);
            });
            return;
        }
        try (Copies.Temporary totals = Rows.words(device, totalWords * outputs * parts)) {
            device.launch(kernel, Rows.blocks(groups * parts), threads, 0, params -> {
                begin(params, lanes, across, packed)
                        .add(parts)
                        .add(length)
                        .add(totals.storage().address());
                write(params, kept);
            });
            int totalLanes = lanesAlong(outputs, parts);
            int totalThreads = threads(totalLanes, outputs);
            long totalGroups = Math.ceilDiv(outputs, totalThreads / totalLanes);
            device.launch(kernel(family + "Totals"), Rows.blocks(totalGroups), totalThreads, 0, params -> {
                begin(params, totalLanes, false, false)
                        .add(parts)
                        .add(length)
                        .add(totals.storage().address());
                write(params, kept);
            });
        }
    }

    private Kernel kernel(String name) {
        return device.kernel(family, name, x.dtype());
    }

    /** Writes the fields of the structure {@code Reduction} up to {@code packed}. */
    private Params begin(Params params, int lanes, boolean across, boolean packed) {
        return params.add(kind)
                .add(mean ? rowLength() : -1)
                .add((long) lanes)
                .add(across ? 1L : 0L)
                .add(packed ? 1L : 0L);
    }

    private void write(Params params, Nests.Part kept) {
        kept.write(params, x, out);
        new Nests.Part(row, 0, 0).write(params, x);
    }

    private long rowLength() {
        return row.isEmpty() ? 0 : row.outerCount() * row.innerSize();
    }

    private static int threads(int lanes, long outputs) {
        return Rows.powerOfTwo(outputs >= THREADS ? THREADS : lanes * outputs, WARP, THREADS);
    }

    /** Neighbouring threads take neighbouring columns, a warp of them where there are as many. */
    private static int lanesAcross(long outputs, long n) {
        if (n <= 16 || outputs >= 1 << 18) {
            return 1;
        }
        int columns = Rows.powerOfTwo(outputs, 1, WARP);
        return Rows.powerOfTwo(Math.ceilDiv(n, 4), 1, THREADS / columns);
    }

    /** A warp for each of many rows, a block for each of few, fewer threads for short ones. */
    private int lanesAlong(long outputs, long n) {
        long perLane = Math.max(8, PACK / x.dtype().byteSize());
        return Rows.powerOfTwo(Math.ceilDiv(n, perLane), 1, outputs >= 4096 && n <= 4096 ? WARP : THREADS);
    }

    /** Whether each row is contiguous, and begins where {@value #PACK} bytes can be read at once. */
    private boolean isPacked(Nests.Part kept) {
        long size = x.dtype().byteSize();
        if (row.loops() > 1 || row.innerStride(OPERAND) != 1 || rowLength() * size < PACK) {
            return false;
        }
        boolean aligned = (CudaStorage.address(x) + kept.offset(OPERAND) * size) % PACK == 0;
        LoopNest nest = kept.nest();
        for (int loop = kept.outer(); loop < nest.loops(); loop++) {
            aligned &= nest.size(loop) == 1 || nest.stride(OPERAND, loop) * size % PACK == 0;
        }
        return aligned;
    }
}
