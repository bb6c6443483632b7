package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * One large product: packs blocks of A and B and runs the micro-kernel over their panels. {@link Gemm} explains the
 * algorithm; this is its five loops, and how threads share them.
 *
 * <p>For each block of B, all threads pack its panels, and then share a grid of tasks, each one a block of rows of A against
 * a range of B's panels. The grid is cut by rows first, because a task packs its own block of A; only where there are too
 * few rows to keep everybody busy are the columns cut as well.
 */
final class PackedProduct {

    private static final int MR = GemmKernel.MR;

    /** A panel offset of 64 bytes puts every row of a panel of B on a cache line of its own. */
    private static final int ALIGNMENT = 64;

    /** Multiply-adds that are worth a thread of their own. */
    private static final long TASK_WORK = 1 << 20;

    private static final long PACK_BYTES = 1 << 17;

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
    private final int nr;

    PackedProduct(
            GemmKernel kernel,
            GemmBlocking blocking,
            Workers workers,
            HostPool pool,
            long m,
            long n,
            long k,
            Matrix a,
            Matrix b,
            Matrix c) {
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
        this.nr = kernel.nr();
    }

    void run() {
        // Passes over k of about the same length: a short last one would read and write C for little work.
        int kcMost = (int) Math.ceilDiv(k, Math.ceilDiv(k, (long) blocking.kc()));
        int ncMost = (int) Math.min(blocking.nc(), Math.ceilDiv(n, nr) * nr);
        HostStorage storage = pool.allocate((long) kcMost * ncMost * size);
        try {
            MemorySegment packedB = storage.segment();
            for (long jc = 0; jc < n; jc += blocking.nc()) {
                int nc = (int) Math.min(blocking.nc(), n - jc);
                for (long pc = 0; pc < k; pc += kcMost) {
                    int kc = (int) Math.min(kcMost, k - pc);
                    packB(packedB, jc, nc, pc, kc);
                    multiplyBlock(packedB, jc, nc, pc, kc);
                }
            }
        } finally {
            storage.giveBack();
        }
    }

    private void packB(MemorySegment packed, long jc, int nc, long pc, int kc) {
        long panelBytes = (long) kc * nr * size;
        workers.run(Math.ceilDiv(nc, nr), Math.ceilDiv(PACK_BYTES, panelBytes), (from, to) -> {
            for (long p = from; p < to; p++) {
                int j = (int) p * nr;
                kernel.pack()
                        .panel(
                                Math.min(nr, nc - j),
                                nr,
                                kc,
                                b.segment(),
                                (b.offset() + pc * b.rowStride() + (jc + j) * b.columnStride()) * size,
                                b.columnStride() * size,
                                b.rowStride() * size,
                                packed,
                                p * panelBytes);
            }
        });
    }

    /** Everything that a packed block of B contributes to C. */
    private void multiplyBlock(MemorySegment packedB, long jc, int nc, long pc, int kc) {
        long panels = Math.ceilDiv(nc, nr);
        long rowPanels = Math.ceilDiv(m, MR);
        long wanted = workers.runsInline() ? 1 : Math.min(2L * workers.threads(), m * nc * kc / TASK_WORK + 1);
        // Rows a task: the cache's share, or less where that leaves threads idle, but not so few that packing
        // dominates.
        long fairPanels = Math.max(Math.ceilDiv(rowPanels, wanted), 8);
        long taskPanels = Math.min(blocking.mc() / MR, fairPanels);
        long down = Math.ceilDiv(rowPanels, taskPanels);
        long across = Math.min(panels, Math.ceilDiv(wanted, down));
        workers.run(down * across, 1, (from, to) -> {
            HostStorage storage = pool.allocate(taskPanels * MR * kc * size + (MR + 1L) * nr * size + ALIGNMENT);
            try {
                for (long t = from; t < to; t++) {
                    long i = t / across * taskPanels * MR;
                    long part = t % across;
                    int rows = (int) Math.min(taskPanels * MR, m - i);
                    packA(storage.segment(), i, rows, pc, kc);
                    tiles(
                            storage.segment(),
                            i,
                            rows,
                            packedB,
                            jc,
                            nc,
                            panels * part / across,
                            panels * (part + 1) / across,
                            kc,
                            pc > 0);
                }
            } finally {
                storage.giveBack();
            }
        });
    }

    private void packA(MemorySegment packed, long i, int rows, long pc, int kc) {
        for (int r = 0; r < rows; r += MR) {
            kernel.pack()
                    .panel(
                            Math.min(MR, rows - r),
                            MR,
                            kc,
                            a.segment(),
                            (a.offset() + (i + r) * a.rowStride() + pc * a.columnStride()) * size,
                            a.rowStride() * size,
                            a.columnStride() * size,
                            packed,
                            (long) r * kc * size);
        }
    }

    /** A block of A against some panels of B, tile by tile; a panel of B passes all rows before the next one is read. */
    private void tiles(
            MemorySegment packedA,
            long i,
            int rows,
            MemorySegment packedB,
            long jc,
            int nc,
            long fromPanel,
            long toPanel,
            int kc,
            boolean accumulate) {
        int lanes = kernel.lanes();
        long rowBytes = c.rowStride() * size;
        long columnBytes = c.columnStride() * size;
        long aPanelBytes = (long) MR * kc * size;
        long bPanelBytes = (long) nr * kc * size;
        long scratch = Math.ceilDiv(Math.ceilDiv(rows, MR) * aPanelBytes, ALIGNMENT) * ALIGNMENT;
        long tileRowBytes = (long) nr * size;
        long zeros = scratch + MR * tileRowBytes;
        packedA.asSlice(zeros, tileRowBytes).fill((byte) 0);
        for (long p = fromPanel; p < toPanel; p++) {
            int j = (int) p * nr;
            int columns = Math.min(nr, nc - j);
            int vectors = Math.ceilDiv(columns, lanes);
            boolean wholeColumns = columns == vectors * lanes && columnBytes == size;
            long aAt = 0;
            for (int r = 0; r < rows; r += MR, aAt += aPanelBytes) {
                long cAt = (c.offset() + (i + r) * c.rowStride() + (jc + j) * c.columnStride()) * size;
                int height = Math.min(MR, rows - r);
                long bAt = p * bPanelBytes;
                MemorySegment target = c.segment();
                if (!wholeColumns || height < MR) {
                    kernel.tile(
                            vectors, kc, packedA, aAt, packedB, bAt, packedA, zeros, 0, packedA, scratch, tileRowBytes);
                    kernel.spill(packedA, scratch, height, columns, target, cAt, rowBytes, columnBytes, accumulate);
                } else if (accumulate) {
                    kernel.tile(vectors, kc, packedA, aAt, packedB, bAt, target, cAt, rowBytes, target, cAt, rowBytes);
                } else {
                    kernel.tile(vectors, kc, packedA, aAt, packedB, bAt, packedA, zeros, 0, target, cAt, rowBytes);
                }
            }
        }
    }
}
