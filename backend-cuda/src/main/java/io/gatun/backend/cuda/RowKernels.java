package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Layout;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;

/**
 * Kernels that sum along rows and then compute the rows' elements: chooses how many threads go along a row, in what units, and
 * how long rows are cut, by sizes, strides and alignment alone, so that results are the same on every device. How the kernels
 * go on is in rowwise.cuh.
 */
final class RowKernels {
    /** The longest row, in elements, whose numbers kernels count by. */
    static final long LONGEST = 1L << 30;

    private static final int WHOLE_ROWS = 0; // as in rowwise.cuh
    private static final int SUMS_ONLY = 1;
    private static final int SUMS_KNOWN = 2;

    private static final int WARP = 32;
    private static final int THREADS = 256;
    private static final int MOST_THREADS = 512;
    private static final int PACK = 16; // bytes
    private static final long ENOUGH_GROUPS = 1024; // of threads, for the largest devices

    private final DeviceContext device;
    private final Operator operator;
    private final LoopNest row; // one, of the operands that differ along it
    private final TensorView[] views; // all operands, results included

    private RowKernels(DeviceContext device, Operator operator, LoopNest row, TensorView... views) {
        this.device = device;
        this.operator = operator;
        this.row = row;
        this.views = views;
    }

    /**
     * What is computed.
     *
     * @param family the source of the kernels
     * @param name the kernel for rows of one loop; those for two loops and for packs have a suffix
     * @param walked how many of the operands, the first ones, differ along a row; the others have an element a row
     * @param sums the numbers that a row, or a part of one, comes to; 0 for none
     * @param writes whether there are results along the row
     * @param eps a number as the operator has it
     * @param option another one
     */
    record Operator(String family, String name, int walked, int sums, boolean writes, double eps, long option) {}

    /**
     * Queues it.
     *
     * @param axes the dimensions that are rows of the operands walked; the others have the remaining dimensions
     */
    static void run(DeviceContext device, Operator operator, Axes axes, TensorView... views) {
        Layout[] within = new Layout[operator.walked()];
        Layout[] starts = new Layout[views.length];
        for (int k = 0; k < views.length; k++) {
            Layout layout = views[k].layout();
            if (k < within.length) {
                within[k] = Rows.within(layout, axes);
            }
            starts[k] = k < within.length ? Rows.starts(layout, axes) : layout;
        }
        RowKernels kernels = new RowKernels(device, operator, LoopNest.of(within), views);
        Nests.forEachPart(LoopNest.of(starts), kernels::launch);
    }

    /**
     * How the threads go.
     *
     * @param pack the elements of a unit
     * @param width the least number of teams side by side in a block
     */
    private record Plan(boolean across, int pack, int chunks, long units, int lanes, int width, long rows) {
        int threads() {
            return Math.max(lanes * width, Rows.powerOfTwo(lanes * rows, WARP, THREADS));
        }

        long groups() {
            return Math.ceilDiv(rows, threads() / lanes);
        }

        long tiles() {
            return Math.ceilDiv(units, (long) chunks * lanes);
        }
    }

    private Plan plan(Nests.Part kept) {
        long rows = kept.count();
        long n = length();
        int size = views[0].dtype().byteSize();
        boolean across = rows > 1 && n > 1 && Math.abs(kept.nest().innerStride(0)) < Math.abs(row.innerStride(0));
        int pack = !across && isPacked(kept, PACK / size) ? PACK / size : 1;
        int chunks = size == Double.BYTES ? 4 : pack == 1 ? 8 : size == Short.BYTES ? 2 : 4; // as in rowwise.cuh
        long units = n / pack;
        int width = across ? Rows.powerOfTwo(rows, 1, WARP) : 1;
        int lanes;
        if (across) {
            lanes = Rows.powerOfTwo(Math.ceilDiv(units, chunks), 1, MOST_THREADS / width);
        } else if (units <= WARP) {
            lanes = Rows.powerOfTwo(units, 1, WARP);
        } else {
            lanes = Rows.powerOfTwo(Math.ceilDiv(units, chunks), WARP, MOST_THREADS);
        }
        return new Plan(across, pack, chunks, units, lanes, width, rows);
    }

    private void launch(Nests.Part kept) {
        Plan plan = plan(kept);
        long tiles = plan.tiles();
        long wanted = Math.min(Math.ceilDiv(ENOUGH_GROUPS, plan.groups()), Math.max(1, tiles / 2));
        long partTiles = Math.ceilDiv(tiles, wanted);
        long parts = Math.ceilDiv(tiles, partTiles);
        if (parts == 1 || operator.sums() == 0) {
            launch(kept, plan, new Pass(WHOLE_ROWS, parts, partTiles, 0, 0));
            return;
        }
        try (Copies.Temporary totals = Rows.words(device, operator.sums() * plan.rows() * parts)) {
            long address = totals.storage().address();
            launch(kept, plan, new Pass(SUMS_ONLY, parts, partTiles, 0, address));
            launch(kept, plan, new Pass(SUMS_KNOWN, operator.writes() ? parts : 1, partTiles, parts, address));
        }
    }

    private record Pass(int phase, long parts, long tiles, long totalParts, long totals) {}

    private void launch(Nests.Part kept, Plan plan, Pass pass) {
        String name = operator.name() + (row.loops() == 1 ? "" : "Nested") + (plan.pack() == 1 ? "" : "Packed");
        Kernel kernel = device.kernel(operator.family(), name, views[0].dtype());
        device.launch(kernel, Rows.blocks(plan.groups() * pass.parts()), plan.threads(), 0, params -> {
            params.add(operator.eps())
                    .add(operator.option())
                    .add(length())
                    .add((long) plan.lanes())
                    .add(plan.across() ? 1L : 0L)
                    .add(pass.parts())
                    .add(pass.tiles())
                    .add((long) pass.phase())
                    .add(pass.totalParts())
                    .add(pass.totals())
                    .add(plan.units())
                    .add(row.innerSize() / plan.pack());
            for (int k = 0; k < operator.walked(); k++) {
                params.add(row.innerStride(k) * plan.pack());
            }
            for (int k = 0; k < operator.walked(); k++) {
                params.add(row.loops() == 1 ? 0 : row.stride(k, 0));
            }
            kept.write(params, views);
        });
    }

    private long length() {
        return row.outerCount() * row.innerSize();
    }

    /** Whether all that is walked lies one after the other, or stands still, in packs that begin at their multiples. */
    private boolean isPacked(Nests.Part kept, int pack) {
        boolean packed = row.innerStride(0) == 1 && row.innerSize() % pack == 0;
        for (int k = 0; k < operator.walked() && packed; k++) {
            packed = row.innerStride(k) == 0 || row.innerStride(k) == 1 && isAligned(kept, k);
        }
        return packed;
    }

    private boolean isAligned(Nests.Part kept, int operand) {
        long size = views[operand].dtype().byteSize();
        boolean aligned = (CudaStorage.address(views[operand]) + kept.offset(operand) * size) % PACK == 0;
        aligned &= row.loops() == 1 || row.stride(operand, 0) * size % PACK == 0;
        LoopNest nest = kept.nest();
        for (int loop = kept.outer(); loop < nest.loops(); loop++) {
            aligned &= nest.size(loop) == 1 || nest.stride(operand, loop) * size % PACK == 0;
        }
        return aligned;
    }
}
