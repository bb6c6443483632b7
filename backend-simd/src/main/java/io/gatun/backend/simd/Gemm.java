package io.gatun.backend.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The matrix product {@code C = A B} for f32 and f64, over matrices of any strides.
 *
 * <h2>The algorithm</h2>
 *
 * <p>Goto's algorithm as BLIS arranges it (Van Zee and van de Geijn, "BLIS: A Framework for Rapidly Instantiating BLAS
 * Functionality", TOMS 2015). Around a kernel that multiplies some rows of A with a few vectors of columns of B into a tile of
 * C held in registers lie five loops: over column blocks of B, over k, over row blocks of A, then over the panels of B and the
 * rows of A. The kernel reads A at any strides and B where columns are next to each other, so that nothing need be packed
 * but a B of other strides, transposed, and a last panel of B that is no whole vector wide. What many tiles use again is
 * packed all the same: where rows lie far apart they crowd out one another in the caches. The first pass over k overwrites C
 * unread, later ones add to it; nobody fills C with zeros.
 *
 * <h2>Other shapes</h2>
 *
 * <p>A matrix times a vector reuses nothing: {@link ThinKernel}. A C whose rows are not contiguous but whose columns are is
 * computed as the transpose; one with neither, in memory of its own first.
 *
 * <h2>The same bits for any number of threads</h2>
 *
 * <p>Threads split M and N. The terms of one element of C are always added in the same order: along k within a block of
 * fixed size, block after block. The path is chosen by the sizes and strides alone.
 *
 * <p>Entry points check nothing: sizes and offsets must be in range (the segments still are bounds-checked), and C must not
 * overlap A or B.
 */
final class Gemm {

    /** Rows and terms of a product that is done on the caller's thread if one panel of B has all columns. */
    private static final long SMALL = 64;

    /** Multiply-adds that are worth a thread of their own: some 20 microseconds. */
    private static final long THREAD_WORK = 16L * Workers.GRAIN;

    /** Batches of products larger than this are worked on one after the other, all threads on each. */
    private static final long LARGE = 1 << 24;

    private static final int ALIGNMENT = 64;

    private final Workers workers;
    private final HostPool pool;
    private final GemmKernel kernel;
    private final GemmBlocking blocking;

    /** Products with {@code kernel} on {@code workers}, packing into memory of {@code pool}. */
    Gemm(GemmKernel kernel, Workers workers, HostPool pool) {
        this(kernel, workers, pool, GemmBlocking.of(kernel));
    }

    Gemm(GemmKernel kernel, Workers workers, HostPool pool, GemmBlocking blocking) {
        this.kernel = kernel;
        this.workers = workers;
        this.pool = pool;
        this.blocking = blocking;
    }

    /**
     * {@code C = A B}: A is {@code (m, k)}, B {@code (k, n)}, C {@code (m, n)}. With {@code k} zero, C is filled with zeros.
     */
    void multiply(long m, long n, long k, Matrix a, Matrix b, Matrix c) {
        if (m == 0 || n == 0) {
            return;
        }
        if (!a.segment().isNative() || !b.segment().isNative() || !c.segment().isNative()) {
            multiplyOnHeap(m, n, k, a, b, c);
        } else if (k == 0) {
            zero(m, n, c);
        } else if (c.columnStride() != 1 && c.rowStride() == 1 && n > 1) {
            multiplyNative(n, m, k, b.transposed(), a.transposed(), c.transposed());
        } else {
            multiplyNative(m, n, k, a, b, c);
        }
    }

    /** {@code C += A B}, all off the heap, where no size is zero and columns of C are next to each other. */
    void add(long m, long n, long k, Matrix a, Matrix b, Matrix c) {
        tiled(m, n, k, a, b, c, false, true).run();
    }

    /**
     * {@code C[i] = A[i] B[i]} for every i: products of one shape, whose matrices begin at the given offsets, in elements.
     * Offsets of A and B may repeat (a broadcast operand).
     */
    void multiplyBatch(
            long m, long n, long k, Matrix a, long[] aOffsets, Matrix b, long[] bOffsets, Matrix c, long[] cOffsets) {
        int count = cOffsets.length;
        if (count > 1
                && followsOn(aOffsets, m * a.rowStride())
                && followsOn(bOffsets, 0)
                && followsOn(cOffsets, m * c.rowStride())) {
            // One B for all, and the As lie below each other: a single tall product packs B once.
            multiply(m * count, n, k, a.at(aOffsets[0]), b.at(bOffsets[0]), c.at(cOffsets[0]));
            return;
        }
        long work = Math.max(1, m * n * Math.max(1, k));
        long grain = work > LARGE ? count : Math.ceilDiv(THREAD_WORK, work);
        workers.run(count, grain, (from, to) -> {
            for (int i = (int) from; i < to; i++) {
                multiply(m, n, k, a.at(aOffsets[i]), b.at(bOffsets[i]), c.at(cOffsets[i]));
            }
        });
    }

    private static boolean followsOn(long[] offsets, long step) {
        for (int i = 1; i < offsets.length; i++) {
            if (offsets[i] != offsets[i - 1] + step) {
                return false;
            }
        }
        return true;
    }

    /** Chooses the path by sizes and strides; all segments are native and no size is zero. */
    private void multiplyNative(long m, long n, long k, Matrix a, Matrix b, Matrix c) {
        if (n == 1 && matrixTimesVector(m, k, a, b.offset(), b.rowStride(), b.segment(), c.rowStride(), c)) {
            return;
        }
        if (m == 1
                && matrixTimesVector(
                        n, k, b.transposed(), a.offset(), a.columnStride(), a.segment(), c.columnStride(), c)) {
            return;
        }
        if (n > 1 && c.columnStride() != 1) {
            HostStorage storage = pool.allocate(m * n * kernel.elementBytes());
            try {
                Matrix whole = new Matrix(storage.segment(), 0, n, 1);
                multiplyNative(m, n, k, a, b, whole);
                long size = kernel.elementBytes();
                for (long i = 0; i < m; i++) {
                    long at = (c.offset() + i * c.rowStride()) * size;
                    kernel.pack().scatter(n, whole.segment(), i * n * size, c.segment(), at, c.columnStride() * size);
                }
            } finally {
                storage.giveBack();
            }
            return;
        }
        if (m <= SMALL && k <= SMALL && n <= kernel.nr() && n % kernel.lanes() == 0 && b.columnStride() == 1) {
            multiplySmall((int) m, (int) n, (int) k, a, b, c);
        } else {
            tiled(m, n, k, a, b, c, false, false).run();
        }
    }

    private TiledProduct tiled(long m, long n, long k, Matrix a, Matrix b, Matrix c, boolean packed, boolean adds) {
        return new TiledProduct(kernel, blocking, workers, pool, m, n, k, a, b, c, packed, adds);
    }

    /** B, (k, n), which is native and not empty, in memory of the pool: for many products with it. */
    HostStorage pack(long n, long k, Matrix b) {
        return tiled(1, n, k, b, b, b, true, false).packed();
    }

    /** {@code C = A B} for a B that {@link #pack} gave; all native and not empty, columns of C next to each other. */
    void multiplyPacked(long m, long n, long k, Matrix a, HostStorage b, Matrix c) {
        tiled(m, n, k, a, a, c, true, false).run(b);
    }

    private void multiplySmall(int m, int n, int k, Matrix a, Matrix b, Matrix c) {
        int size = kernel.elementBytes();
        GemmTile tile = kernel.tile(n / kernel.lanes());
        for (int i = 0; i < m; i += GemmKernel.ROWS) {
            tile.run(
                    Math.min(GemmKernel.ROWS, m - i),
                    k,
                    a.segment(),
                    (a.offset() + i * a.rowStride()) * size,
                    a.rowStride() * size,
                    a.columnStride() * size,
                    b.segment(),
                    b.offset() * size,
                    b.rowStride() * size,
                    c.segment(),
                    (c.offset() + i * c.rowStride()) * size,
                    c.rowStride() * size);
        }
    }

    /**
     * {@code y = A x}, where A is {@code (rows, k)} and y begins where {@code c} does.
     *
     * @return whether A's strides allow it
     */
    private boolean matrixTimesVector(
            long rows, long k, Matrix a, long xOffset, long xStride, MemorySegment x, long yStride, Matrix c) {
        boolean byDots = a.columnStride() == 1 && (k > 1 || a.rowStride() != 1);
        if (!byDots && a.rowStride() != 1) {
            return false;
        }
        int size = kernel.elementBytes();
        boolean copyX = byDots && xStride != 1 && k > 1;
        boolean copyY = !byDots && yStride != 1 && rows > 1;
        if (!copyX && !copyY) {
            matrixTimesVector(
                    byDots,
                    rows,
                    k,
                    a,
                    x,
                    xOffset * size,
                    xStride * size,
                    c.segment(),
                    c.offset() * size,
                    yStride * size);
            return true;
        }
        HostStorage scratch = pool.allocate((copyX ? k : rows) * size);
        try {
            MemorySegment s = scratch.segment();
            if (copyX) {
                kernel.pack().gather(k, x, xOffset * size, xStride * size, s, 0);
                matrixTimesVector(true, rows, k, a, s, 0, size, c.segment(), c.offset() * size, yStride * size);
            } else {
                matrixTimesVector(false, rows, k, a, x, xOffset * size, xStride * size, s, 0, size);
                kernel.pack().scatter(rows, s, 0, c.segment(), c.offset() * size, yStride * size);
            }
        } finally {
            scratch.giveBack();
        }
        return true;
    }

    private void matrixTimesVector(
            boolean byDots,
            long rows,
            long k,
            Matrix a,
            MemorySegment x,
            long xAt,
            long xStep,
            MemorySegment y,
            long yAt,
            long yStep) {
        int size = kernel.elementBytes();
        long aAt = a.offset() * size;
        if (byDots) {
            long aStep = a.rowStride() * size;
            workers.run(
                    rows,
                    Math.ceilDiv(Workers.SMALLEST_WORK, k),
                    (from, to) -> kernel.thin()
                            .dotRows(
                                    to - from,
                                    k,
                                    a.segment(),
                                    aAt + from * aStep,
                                    aStep,
                                    x,
                                    xAt,
                                    y,
                                    yAt + from * yStep,
                                    yStep));
        } else {
            long aStep = a.columnStride() * size;
            workers.run(rows, Math.max(64, Math.ceilDiv(Workers.SMALLEST_WORK, k)), (from, to) -> {
                long at = yAt + from * size;
                y.asSlice(at, (to - from) * size).fill((byte) 0);
                kernel.thin().axpyRows(to - from, k, x, xAt, xStep, a.segment(), aAt + from * size, aStep, y, at);
            });
        }
    }

    private void zero(long m, long n, Matrix c) {
        int size = kernel.elementBytes();
        for (long i = 0; i < m; i++) {
            for (long j = 0; j < n; j++) {
                long at = (c.offset() + i * c.rowStride() + j * c.columnStride()) * size;
                c.segment().asSlice(at, size).fill((byte) 0);
            }
        }
    }

    /**
     * Segments on the Java heap are copied: one heap segment among native ones would make the kernels' types ambiguous and
     * slow down every later product. Tensors do not live there; a caller's array may.
     */
    private void multiplyOnHeap(long m, long n, long k, Matrix a, Matrix b, Matrix c) {
        try (Arena arena = Arena.ofConfined()) {
            Matrix nativeC = copyOffHeap(arena, m, n, c);
            multiply(m, n, k, copyOffHeap(arena, m, k, a), copyOffHeap(arena, k, n, b), nativeC);
            if (!c.segment().isNative()) {
                // Back goes the whole range that C spans, with what lies between its elements as it was.
                long begin = (c.offset() - nativeC.offset()) * kernel.elementBytes();
                MemorySegment range = nativeC.segment();
                MemorySegment.copy(range, 0, c.segment(), begin, range.byteSize());
            }
        }
    }

    private Matrix copyOffHeap(Arena arena, long rows, long columns, Matrix x) {
        if (x.segment().isNative()) {
            return x;
        }
        if (rows == 0 || columns == 0) {
            return new Matrix(arena.allocate(ALIGNMENT, ALIGNMENT), 0, 1, 1); // nobody reads it
        }
        int size = kernel.elementBytes();
        long down = (rows - 1) * x.rowStride();
        long across = (columns - 1) * x.columnStride();
        long first = x.offset() + Math.min(0, down) + Math.min(0, across);
        long last = x.offset() + Math.max(0, down) + Math.max(0, across);
        MemorySegment copy = arena.allocate((last - first + 1) * size, ALIGNMENT);
        MemorySegment.copy(x.segment(), first * size, copy, 0, copy.byteSize());
        return new Matrix(copy, x.offset() - first, x.rowStride(), x.columnStride());
    }
}
