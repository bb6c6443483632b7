package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * One product, or what one adds to C, tile by tile. {@link Gemm} explains the algorithm; this is its five loops, and how
 * threads share them.
 *
 * <p>For each block of B, all threads pack its panels, if they are packed at all, and then share a grid of tasks, each one a
 * block of rows of A against a range of B's panels. The grid is cut by rows first; only where there are too few rows to keep
 * everybody busy are the columns cut as well.
 *
 * <p>A panel is up to three vectors wide, and none is one wide where two of two can be, which keep the machine busier. The
 * columns behind the last whole vector are a panel of their own where the others are not packed.
 */
final class TiledProduct {
    private static final int ROWS = GemmKernel.ROWS;

    /** So many rows, or columns, use an element often enough for packing it to cost little. */
    private static final long OFTEN = 512;

    /** As many for a B of few columns. */
    private static final long MANY = 64;

    /** Bytes of A that stay in the second cache wherever they lie. */
    private static final long CACHED = 1 << 19;

    /** Multiply-adds that are worth a thread of their own. */
    private static final long TASK_WORK = 16L * Workers.GRAIN;

    /** Bytes of a tile. */
    private static final int TILE = ROWS * GemmKernel.NV * GemmKernel.VECTOR;

    /** Bytes of scratch for what is not yet in C: two tiles. */
    private static final int SCRATCH = 2 * TILE;

    private static final long PACK_BYTES = 2L * Workers.GRAIN;

    private final GemmKernel kernel;
    private final GemmBlocking blocking;
    private final Workers workers;
    private final HostPool pool;
    private final long m;
    private final long n;
    private final long k;
    private final Matrix a;
    private final Matrix b;
    private final Matrix c;
    private final int size;
    private final int lanes;
    private final boolean adds;
    private final boolean packsA;
    private final boolean packsB;

    TiledProduct(
            GemmKernel kernel,
            GemmBlocking blocking,
            Workers workers,
            HostPool pool,
            long m,
            long n,
            long k,
            Matrix a,
            Matrix b,
            Matrix c,
            boolean packed,
            boolean adds) {
        this.adds = adds;
        this.kernel = kernel;
        this.blocking = blocking;
        this.workers = workers;
        this.pool = pool;
        this.m = m;
        this.n = n;
        this.k = k;
        this.a = a;
        this.b = b;
        this.c = c;
        this.size = kernel.elementBytes();
        this.lanes = kernel.lanes();
        boolean narrow = m >= MANY && n > lanes && n < kernel.nr() && n % lanes != 0; // one panel, if it is filled up
        this.packsB = packed || b.columnStride() != 1 || m >= OFTEN || narrow;
        this.packsA = n >= OFTEN && m * k * size > CACHED;
    }

    /** Terms in a pass over k; all have about as many: a short last one would read and write C for little work. */
    private int kcMost() {
        return (int) Math.ceilDiv(k, Math.ceilDiv(k, (long) blocking.kc()));
    }

    private long wholeVectors(long columns) {
        return Math.ceilDiv(columns, lanes) * lanes;
    }

    /** All of B, packed. */
    HostStorage packed() {
        HostStorage storage = pool.allocate(k * wholeVectors(n) * size);
        for (long pc = 0; pc < k; pc += kcMost()) {
            packB(pass(storage, pc), 0, n, pc, (int) Math.min(kcMost(), k - pc));
        }
        return storage;
    }

    /** With what {@link #packed} gave. */
    void run(HostStorage packedB) {
        for (long pc = 0; pc < k; pc += kcMost()) {
            multiplyBlock(pass(packedB, pc), 0, n, pc, (int) Math.min(kcMost(), k - pc));
        }
    }

    private MemorySegment pass(HostStorage packedB, long pc) {
        return packedB.segment().asSlice(pc * wholeVectors(n) * size);
    }

    void run() {
        int kcMost = kcMost();
        long ncMost = packsB ? Math.min(blocking.nc(), n) : n;
        long packed = packsB ? wholeVectors(ncMost) : n % lanes == 0 ? 0 : lanes;
        HostStorage storage = packed == 0 ? null : pool.allocate(kcMost * packed * size);
        try {
            MemorySegment packedB = storage == null ? b.segment() : storage.segment();
            for (long jc = 0; jc < n; jc += ncMost) {
                long nc = Math.min(ncMost, n - jc);
                for (long pc = 0; pc < k; pc += kcMost) {
                    int kc = (int) Math.min(kcMost, k - pc);
                    packB(packedB, jc, nc, pc, kc);
                    multiplyBlock(packedB, jc, nc, pc, kc);
                }
            }
        } finally {
            if (storage != null) {
                storage.giveBack();
            }
        }
    }

    /** How many panels there are for so many columns. */
    private long panels(long columns) {
        long vectors = vectors(columns);
        return Math.ceilDiv(vectors, GemmKernel.NV) + (columns > vectors * lanes ? 1 : 0);
    }

    /** Vectors in a row: where it is packed the last may be filled up, else they are whole ones. */
    private long vectors(long columns) {
        return (packsB ? wholeVectors(columns) : columns) / lanes;
    }

    /** The first column of a panel. */
    private long firstColumn(long panel, long columns) {
        long vectors = vectors(columns);
        long wide =
                vectors - 2 * Math.ceilDiv(vectors, GemmKernel.NV); // that many are of three vectors, the rest of two
        return Math.min(vectors, 2 * panel + Math.clamp(wide, 0, panel)) * lanes;
    }

    /** The first panel that is packed: of those that need not be, none, and the others follow. */
    private long firstPacked(long columns) {
        return packsB ? 0 : Math.ceilDiv(vectors(columns), GemmKernel.NV);
    }

    /** Where a packed panel begins that has this first column. */
    private long packedAt(long column, long columns, int kc) {
        return (column - firstColumn(firstPacked(columns), columns)) * kc * size;
    }

    private void packB(MemorySegment packed, long jc, long nc, long pc, int kc) {
        long first = firstPacked(nc);
        workers.run(panels(nc) - first, Math.ceilDiv(PACK_BYTES, (long) kc * kernel.nr() * size), (from, to) -> {
            for (long p = first + from; p < first + to; p++) {
                long j = firstColumn(p, nc);
                int width = (int) Math.max(lanes, firstColumn(p + 1, nc) - j);
                kernel.pack()
                        .panel(
                                (int) Math.min(width, nc - j),
                                width,
                                kc,
                                b.segment(),
                                (b.offset() + pc * b.rowStride() + (jc + j) * b.columnStride()) * size,
                                b.columnStride() * size,
                                b.rowStride() * size,
                                packed,
                                packedAt(j, nc, kc));
            }
        });
    }

    /** Everything that a block of B contributes to C. */
    private void multiplyBlock(MemorySegment packedB, long jc, long nc, long pc, int kc) {
        long panels = panels(nc);
        long rowPanels = Math.ceilDiv(m, ROWS);
        long wanted = workers.runsInline() ? 1 : Math.min(2L * workers.threads(), m * nc * kc / TASK_WORK + 1);
        // Rows a task: the cache's share, or less where that leaves threads idle, but not so few that packing
        // dominates.
        long fairPanels = Math.max(Math.ceilDiv(rowPanels, wanted), 8);
        long blocks = Math.ceilDiv(rowPanels, Math.min(blocking.mc() / ROWS, fairPanels));
        // As many for each thread, of the same size.
        long even = blocks > 1 && wanted > 1 ? Math.ceilDiv(blocks, workers.threads()) * workers.threads() : blocks;
        long taskPanels = Math.ceilDiv(rowPanels, even);
        long down = Math.ceilDiv(rowPanels, taskPanels);
        long across = Math.min(panels, Math.ceilDiv(wanted, down));
        workers.run(down * across, 1, (from, to) -> {
            boolean tile = nc % lanes != 0 || pc > 0 || adds;
            HostStorage storage =
                    tile || packsA ? pool.allocate(SCRATCH + (packsA ? taskPanels * ROWS * kc * size : 0)) : null;
            MemorySegment scratch = storage == null ? c.segment() : storage.segment();
            try {
                for (long t = from; t < to; t++) {
                    long i = t / across * taskPanels * ROWS;
                    long part = t % across;
                    int rows = (int) Math.min(taskPanels * ROWS, m - i);
                    Matrix left = a.at(a.offset() + i * a.rowStride() + pc * a.columnStride());
                    tiles(
                            packsA ? packed(scratch, left, rows, kc) : left,
                            scratch,
                            i,
                            rows,
                            packedB,
                            jc,
                            nc,
                            panels * part / across,
                            panels * (part + 1) / across,
                            pc,
                            kc);
                }
            } finally {
                if (storage != null) {
                    storage.giveBack();
                }
            }
        });
    }

    /** A block of A, copied so that what lies next to each other stays so. */
    private Matrix packed(MemorySegment to, Matrix block, int rows, int kc) {
        boolean down = block.rowStride() == 1;
        long lines = down ? kc : rows;
        long length = down ? rows : kc;
        long lineStride = down ? block.columnStride() : block.rowStride();
        long step = down ? 1 : block.columnStride();
        for (long line = 0; line < lines; line++) {
            long at = (block.offset() + line * lineStride) * size;
            if (step == 1) {
                MemorySegment.copy(block.segment(), at, to, SCRATCH + line * length * size, length * size);
            } else {
                kernel.pack().gather(length, block.segment(), at, step * size, to, SCRATCH + line * length * size);
            }
        }
        return down ? new Matrix(to, SCRATCH / size, 1, length) : new Matrix(to, SCRATCH / size, length, 1);
    }

    /** A block of A against some panels of B, tile by tile; a panel of B passes all rows before the next one is read. */
    private void tiles(
            Matrix left,
            MemorySegment scratch,
            long i,
            int rows,
            MemorySegment packedB,
            long jc,
            long nc,
            long fromPanel,
            long toPanel,
            long pc,
            int kc) {
        boolean sum = adds || pc > 0;
        long aRow = left.rowStride() * size;
        long cRow = c.rowStride() * size;
        for (long p = fromPanel; p < toPanel; p++) {
            long j = firstColumn(p, nc);
            int width = (int) Math.max(lanes, firstColumn(p + 1, nc) - j);
            boolean part = j + width > nc;
            boolean packed = p >= firstPacked(nc);
            MemorySegment right = packed ? packedB : b.segment();
            long bAt = packed ? packedAt(j, nc, kc) : (b.offset() + pc * b.rowStride() + jc + j) * size;
            long tileRow = (long) width * size;
            boolean direct = !part && !sum;
            GemmTile tile = kernel.tile(width / lanes);
            for (int r = 0; r < rows; r += ROWS) {
                int height = Math.min(ROWS, rows - r);
                long cAt = (c.offset() + (i + r) * c.rowStride() + jc + j) * size;
                tile.run(
                        height,
                        kc,
                        left.segment(),
                        left.offset() * size + r * aRow,
                        aRow,
                        left.columnStride() * size,
                        right,
                        bAt,
                        packed ? tileRow : b.rowStride() * size,
                        direct ? c.segment() : scratch,
                        direct ? cAt : 0,
                        direct ? cRow : tileRow);
                long sums = 0;
                if (sum && part) {
                    sums = TILE;
                    RowCopies.copy(c.segment(), cAt, cRow, scratch, sums, tileRow, height, (nc - j) * size);
                    tile.add(height, scratch, scratch, sums, tileRow);
                } else if (sum) {
                    tile.add(height, scratch, c.segment(), cAt, cRow);
                }
                if (part) {
                    RowCopies.copy(scratch, sums, tileRow, c.segment(), cAt, cRow, height, (nc - j) * size);
                }
            }
        }
    }
}
