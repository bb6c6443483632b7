package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.TensorView;
import java.util.List;
import java.util.stream.Stream;

/**
 * Kernels that sum along rows and then compute the rows' elements: chooses how many threads go along a row, in what units, and
 * how long rows are cut, by sizes, strides and alignment alone, so that results are the same on every device. How the kernels
 * go on is in rowwise.cuh.
 */
final class RowKernels {
    /** The longest row, in elements, whose numbers kernels count by. */
    static final long LONGEST = 1L << 30;

    // Fields of the structure that kernels take.
    private static final int PARTS = 5;
    private static final int PHASE = 7;
    private static final int TOTAL_PARTS = 8;

    private static final int WHOLE_ROWS = 0; // as in rowwise.cuh
    private static final int SUMS_ONLY = 1;
    private static final int SUMS_KNOWN = 2;

    private static final int WARP = 32;
    private static final int THREADS = 256;
    private static final int MOST_THREADS = 512;
    private static final int PACK = 16; // bytes
    private static final long ENOUGH_GROUPS = 1024; // of threads, for the largest devices

    private RowKernels() {}

    /**
     * What is computed.
     *
     * @param names of the kernels: for rows of one loop, for two loops, and both for packs
     * @param walked how many of the operands, the first ones, differ along a row; the others have an element a row
     * @param sums the numbers that a row, or a part of one, comes to; 0 for none
     * @param writes whether there are results along the row
     */
    record Operator(List<KernelName> names, int walked, int sums, boolean writes) {
        /** For kernels of the source {@code family}.cu, whose names begin with {@code name}. */
        Operator(String family, String name, int walked, int sums, boolean writes) {
            this(
                    Stream.of("", "Nested", "Packed", "NestedPacked")
                            .map(suffix -> KernelName.typed(family, name + suffix))
                            .toList(),
                    walked,
                    sums,
                    writes);
        }

        KernelName name(boolean nested, boolean packed) {
            return names.get((nested ? 1 : 0) + (packed ? 2 : 0));
        }
    }

    /** Adds an operand that differs along the rows, which are its dimensions {@code axes}. */
    static void walk(Nest row, Nest kept, Axes axes, TensorView view) {
        row.addWithin(view, axes);
        kept.addStarts(view, axes);
    }

    /** The same for one that differs only along dimension {@code dim} of {@code shape}: {@code view} has no other. */
    static void walkBeside(Nest row, Nest kept, Axes axes, Shape shape, int dim, TensorView view) {
        row.begin(view);
        kept.begin(view);
        for (int i = 0; i < shape.rank(); i++) {
            Nest nest = axes.contains(i) ? row : kept;
            nest.dimension(shape.size(i), i == dim ? view.layout().stride(0) : 0);
        }
    }

    /**
     * Queues it.
     *
     * @param eps a number as the operator has it
     * @param option another one
     * @param row the loops of one row, of the operands walked
     * @param kept those from row to row, of all operands
     */
    static void run(DeviceContext device, Operator operator, double eps, long option, Nest row, Nest kept) {
        row.coalesce();
        while (kept.next()) {
            launch(device, operator, eps, option, row, kept);
        }
    }

    private static void launch(DeviceContext device, Operator operator, double eps, long option, Nest row, Nest kept) {
        long rows = kept.count();
        long n = row.count();
        boolean across = rows > 1 && n > 1 && Math.abs(kept.stride(0, 0)) < Math.abs(row.stride(0, 0));
        int pack = across ? 1 : pack(operator, row, kept);
        int chunks = chunks(row.bytes(0), pack);
        long units = n / pack;
        int width = across ? Rows.powerOfTwo(rows, 1, WARP) : 1; // the least number of teams side by side in a block
        int lanes = lanes(across, units, chunks, width);
        int threads = Math.max(lanes * width, Rows.powerOfTwo(lanes * rows, WARP, THREADS));
        long groups = Math.ceilDiv(rows, threads / lanes);
        long tiles = Math.ceilDiv(units, (long) chunks * lanes);
        long wanted = Math.min(Math.ceilDiv(ENOUGH_GROUPS, groups), Math.max(1, tiles / 2));
        long partTiles = Math.ceilDiv(tiles, wanted);
        long parts = Math.ceilDiv(tiles, partTiles);
        boolean whole = parts == 1 || operator.sums() == 0;
        Kernel kernel = device.kernel(operator.name(row.loops() > 1, pack > 1), row.dtype());
        try (Scratch totals = whole ? null : Rows.words(device, operator.sums() * rows * parts)) {
            Params params =
                    device.params().add(eps).add(option).add(n).add(lanes).add(across);
            params.add(parts).add(partTiles).add(whole ? WHOLE_ROWS : SUMS_ONLY).add(0L);
            params.add(Scratch.address(totals)).add(units);
            write(params, operator, row, pack);
            kept.write(params);
            device.launch(kernel, Rows.blocks(groups * parts), threads, params);
            if (!whole) {
                long again = operator.writes() ? parts : 1;
                params.set(PARTS, again).set(PHASE, SUMS_KNOWN).set(TOTAL_PARTS, parts);
                device.launch(kernel, Rows.blocks(groups * again), threads, params);
            }
        }
    }

    /** The registers that a thread has for its part of a row, in packs: as in rowwise.cuh. */
    private static int chunks(long size, int pack) {
        return size == Double.BYTES ? 4 : pack == 1 ? 8 : size == Short.BYTES ? 2 : 4;
    }

    private static int lanes(boolean across, long units, int chunks, int width) {
        if (across) {
            return Rows.powerOfTwo(Math.ceilDiv(units, chunks), 1, MOST_THREADS / width);
        } else if (units <= WARP) {
            return Rows.powerOfTwo(units, 1, WARP);
        }
        return Rows.powerOfTwo(Math.ceilDiv(units, chunks), WARP, MOST_THREADS);
    }

    /** Writes how rows are walked, in units of {@code pack} elements. */
    private static void write(Params params, Operator operator, Nest row, int pack) {
        params.add(row.size(0) / pack);
        for (int k = 0; k < operator.walked(); k++) {
            params.add(row.stride(k, 0) * pack);
        }
        for (int k = 0; k < operator.walked(); k++) {
            params.add(row.loops() == 1 ? 0 : row.stride(k, 1));
        }
    }

    /** The elements of a unit: more than one if all that is walked lies one after the other, or stands still, in aligned packs. */
    private static int pack(Operator operator, Nest row, Nest kept) {
        int pack = Math.toIntExact(PACK / row.bytes(0));
        boolean packed = row.stride(0, 0) == 1 && row.size(0) % pack == 0;
        for (int k = 0; k < operator.walked() && packed; k++) {
            boolean nested = row.loops() == 1 || row.stride(k, 1) * row.bytes(k) % PACK == 0;
            packed = row.stride(k, 0) == 0 || row.stride(k, 0) == 1 && nested && kept.isAligned(k, PACK);
        }
        return packed ? pack : 1;
    }
}
