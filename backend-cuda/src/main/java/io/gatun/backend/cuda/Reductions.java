package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;

/**
 * Many elements to one: chooses how many threads go along a row and how rows are cut, by sizes and strides alone, so that
 * results are the same on every device. How the kernels go on is in reduce.cuh.
 */
final class Reductions {
    private static final int SUM = 0; // as in reduce.cu
    private static final int PRODUCT = 1;
    private static final int LARGEST = 2;
    private static final int SMALLEST = 3;

    // Fields of the structure Reduction.
    private static final int LANES = 2;
    private static final int ACROSS = 3;
    private static final int PACKED = 4;

    private static final int WARP = 32;
    private static final int THREADS = 256;
    private static final int PACK = 16; // bytes
    private static final long ENOUGH_GROUPS = 1024; // of threads, for the largest devices

    private static final int OPERAND = 0; // of the nests

    private static final Operator SUMS = new Operator("reduce", SUM, false, 1);
    private static final Operator MEANS = new Operator("reduce", SUM, true, 1);
    private static final Operator PRODUCTS = new Operator("reduce", PRODUCT, false, 1);
    private static final Operator LARGEST_VALUES = new Operator("reduce", LARGEST, false, 1);
    private static final Operator SMALLEST_VALUES = new Operator("reduce", SMALLEST, false, 1);
    private static final Operator SMALLEST_PLACES = new Operator("place", 0, false, 2);
    private static final Operator LARGEST_PLACES = new Operator("place", 1, false, 2);

    private Reductions() {}

    /**
     * What is computed.
     *
     * @param totals the kernel for rows in parts, after that for the parts
     * @param kind that the source of the kernels has for it
     * @param mean whether sums are divided by the row's length
     * @param totalWords of 64 bits that a part of a row comes to
     */
    private record Operator(KernelName kernel, KernelName totals, int kind, boolean mean, int totalWords) {
        Operator(String family, int kind, boolean mean, int totalWords) {
            this(KernelName.typed(family, family), KernelName.typed(family, family + "Totals"), kind, mean, totalWords);
        }
    }

    static void run(DeviceContext device, Op.Reduce op, TensorView x, TensorView out) {
        Operator operator = switch (op.kind()) {
            case SUM -> SUMS;
            case MEAN -> MEANS;
            case PROD -> PRODUCTS;
            case AMAX, ANY -> LARGEST_VALUES;
            case AMIN, ALL -> SMALLEST_VALUES;
        };
        run(device, operator, op.axes(), op.keepDims(), x, out);
    }

    static void run(DeviceContext device, Op.ArgReduce op, TensorView x, TensorView out) {
        run(device, op.largest() ? LARGEST_PLACES : SMALLEST_PLACES, Rows.along(op.dim()), op.keepDim(), x, out);
    }

    private static void run(
            DeviceContext device, Operator operator, Axes axes, boolean keepDims, TensorView x, TensorView out) {
        try (Nest row = Nest.open().addWithin(x, axes).coalesce();
                Nest kept = Nest.open().addStarts(x, axes)) {
            if (row.loops() > Nest.LOOPS) {
                try (Copies.Temporary copy = Copies.contiguous(device, x)) {
                    run(device, operator, axes, keepDims, copy, out);
                }
                return;
            }
            if (keepDims) {
                kept.addStarts(out, axes);
            } else {
                kept.add(out);
            }
            while (kept.next()) {
                launch(device, operator, row, kept);
            }
        }
    }

    private static void launch(DeviceContext device, Operator operator, Nest row, Nest kept) {
        DType dtype = row.dtype();
        long outputs = kept.count();
        long n = row.count();
        boolean across = outputs > 1 && n > 1 && Math.abs(kept.stride(OPERAND, 0)) < Math.abs(row.stride(OPERAND, 0));
        int lanes = across ? lanesAcross(outputs, n) : lanesAlong(dtype, outputs, n);
        int threads = threads(lanes, outputs);
        long groups = Math.ceilDiv(outputs, threads / lanes);
        long wanted = Math.min(Math.ceilDiv(ENOUGH_GROUPS, groups), Math.ceilDiv(n, 64L * lanes));
        long length = wanted <= 1 ? Math.max(n, 1) : Math.ceilDiv(Math.ceilDiv(n, wanted), PACK) * PACK;
        long parts = Math.max(1, Math.ceilDiv(n, length));
        try (Scratch totals = parts == 1 ? null : Rows.words(device, operator.totalWords() * outputs * parts)) {
            Params params = device.params();
            params.add(operator.kind()).add(operator.mean() ? n : -1);
            params.add(lanes).add(across).add(!across && isPacked(row, kept));
            params.add(parts).add(length).add(Scratch.address(totals));
            kept.write(params);
            row.write(params);
            device.launch(device.kernel(operator.kernel(), dtype), Rows.blocks(groups * parts), threads, params);
            if (totals != null) {
                int totalLanes = lanesAlong(dtype, outputs, parts);
                int totalThreads = threads(totalLanes, outputs);
                long totalGroups = Math.ceilDiv(outputs, totalThreads / totalLanes);
                params.set(LANES, totalLanes).set(ACROSS, 0).set(PACKED, 0);
                device.launch(device.kernel(operator.totals(), dtype), Rows.blocks(totalGroups), totalThreads, params);
            }
        }
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
    private static int lanesAlong(DType dtype, long outputs, long n) {
        long perLane = Math.max(8, PACK / dtype.byteSize());
        return Rows.powerOfTwo(Math.ceilDiv(n, perLane), 1, outputs >= 4096 && n <= 4096 ? WARP : THREADS);
    }

    /** Whether each row is contiguous, and begins where {@value #PACK} bytes can be read at once. */
    private static boolean isPacked(Nest row, Nest kept) {
        return row.loops() == 1
                && row.stride(OPERAND, 0) == 1
                && row.count() * row.bytes(OPERAND) >= PACK
                && kept.isAligned(OPERAND, PACK);
    }
}
