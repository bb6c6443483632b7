package io.gatun.backend.simd;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Products of batches of matrices: {@link Gemm} for F32 and F64; half floats widened to F32 and rounded once at the end;
 * integers in long, of which narrower ones keep the low bits.
 */
final class MatMuls {
    private static final int PANEL = 256;

    /** Elements of a band of rows: so many that packing the other operand again for each does not show. */
    private static final long BAND = 1 << 20;

    private final HostPool pool;
    private final Gemm f32;
    private final Gemm f64;

    MatMuls(HostPool pool) {
        this.pool = pool;
        this.f32 = new Gemm(GemmKernel.of(DType.F32), Workers.shared(), pool);
        this.f64 = new Gemm(GemmKernel.of(DType.F64), Workers.shared(), pool);
    }

    /** {@code out = a b}: (..., m, k) times (..., k, n). */
    void multiply(TensorView a, TensorView b, TensorView out) {
        if (out.layout().shape().isEmpty()) {
            return;
        }
        DType dtype = out.dtype();
        if (dtype == DType.F32) {
            multiply(f32, a, b, out);
        } else if (dtype == DType.F64) {
            multiply(f64, a, b, out);
        } else if (dtype.isFloatingPoint()) {
            multiplyHalves(a, b, out);
        } else {
            multiplyIntegers(a, b, out);
        }
    }

    /** The products of F32 or F64. */
    Gemm of(DType dtype) {
        return dtype == DType.F32 ? f32 : f64;
    }

    private static void multiply(Gemm gemm, TensorView a, TensorView b, TensorView out) {
        Layout c = out.layout();
        int rank = c.rank();
        long m = c.shape().size(rank - 2);
        long n = c.shape().size(rank - 1);
        long k = a.layout().shape().size(rank - 1);
        if (rank == 2) {
            gemm.multiply(m, n, k, matrix(a), matrix(b), matrix(out));
        } else {
            gemm.multiplyBatch(m, n, k, matrix(a), offsets(a), matrix(b), offsets(b), matrix(out), offsets(out));
        }
    }

    /** The first of the matrices in the last two dimensions. */
    static Matrix matrix(TensorView view) {
        Layout layout = view.layout();
        int rank = layout.rank();
        return new Matrix(view.storage().segment(), layout.offset(), layout.stride(rank - 2), layout.stride(rank - 1));
    }

    /** Where each matrix of a batch begins, in row-major order of the leading dimensions. */
    static long[] offsets(TensorView view) {
        Layout leading = view.layout();
        for (int i = 0; i < 2; i++) {
            leading = leading.select(leading.rank() - 1, 0);
        }
        long[] offsets = new long[Math.toIntExact(leading.shape().numel())];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = leading.elementAt(i);
        }
        return offsets;
    }

    /**
     * In F32: the operand with fewer elements at once; of the other, and of the result, if they are not of many matrices, as
     * many rows at a time as the caches hold, so that memory sees halves only.
     */
    private void multiplyHalves(TensorView a, TensorView b, TensorView out) {
        Layout c = out.layout();
        int rank = c.rank();
        long m = c.shape().size(rank - 2);
        long n = c.shape().size(rank - 1);
        if (n > m) {
            multiplyHalves(transposed(b), transposed(a), transposed(out));
            return;
        }
        long k = a.layout().shape().size(rank - 1);
        if (rank == 2 && n == 1 && timesVector(m, k, a, b, out)) {
            return;
        }
        long bands = rank > 2 ? 1 : Math.ceilDiv(m, Math.clamp(BAND / Math.max(1, Math.max(n, k)), 1, m));
        Temporary wideB = widened(b);
        try {
            for (long band = 0; band < bands; band++) {
                long from = m * band / bands;
                long rows = m * (band + 1) / bands - from;
                Temporary wideA = widened(rows(a, from, rows));
                TensorView target = rows(out, from, rows);
                Temporary product = Temporary.allocate(pool, target.layout().shape(), DType.F32);
                try {
                    multiply(f32, wideA, wideB, product);
                    Casts.cast(target, product);
                } finally {
                    wideA.giveBack();
                    product.giveBack();
                }
            }
        } finally {
            wideB.giveBack();
        }
    }

    /** A matrix with contiguous rows or columns times a vector: nothing is reused, so memory sees halves once, and only them. */
    private boolean timesVector(long m, long k, TensorView a, TensorView b, TensorView out) {
        Matrix matrix = matrix(a);
        boolean byRows = matrix.columnStride() == 1;
        if (!byRows && matrix.rowStride() != 1) {
            return false;
        }
        int size = a.dtype().byteSize();
        long at = matrix.offset() * size;
        long step = (byRows ? matrix.rowStride() : matrix.columnStride()) * size;
        long least = Math.ceilDiv(Workers.SMALLEST_WORK, Math.max(1, k));
        ThinKernel kernel = Halves.thin(a.dtype());
        Temporary vector = widened(b);
        try {
            Temporary product = Temporary.allocate(pool, out.layout().shape(), DType.F32);
            try {
                MemorySegment x = vector.storage().segment();
                MemorySegment y = product.storage().segment();
                MemorySegment elements = matrix.segment();
                Workers.shared().run(m, byRows ? least : Math.max(64, least), (from, to) -> {
                    long yAt = from * Float.BYTES;
                    if (byRows) {
                        kernel.dotRows(to - from, k, elements, at + from * step, step, x, 0, y, yAt, Float.BYTES);
                    } else {
                        y.asSlice(yAt, (to - from) * Float.BYTES).fill((byte) 0);
                        kernel.axpyRows(to - from, k, x, 0, Float.BYTES, elements, at + from * size, step, y, yAt);
                    }
                });
                Casts.cast(out, product);
            } finally {
                product.giveBack();
            }
        } finally {
            vector.giveBack();
        }
        return true;
    }

    private static Temporary transposed(TensorView view) {
        int rank = view.layout().rank();
        int[] order = Axes.all(rank).toArray();
        order[rank - 2] = rank - 1;
        order[rank - 1] = rank - 2;
        return new Temporary(view.storage(), view.layout().permute(Axes.of(order)), view.dtype());
    }

    private static TensorView rows(TensorView view, long from, long count) {
        return new Temporary(
                view.storage(), view.layout().slice(view.layout().rank() - 2, from, from + count, 1), view.dtype());
    }

    /** In F32, with the dimension innermost that is so in {@code view}. */
    private Temporary widened(TensorView view) {
        int rank = view.layout().rank();
        boolean turned = view.layout().stride(rank - 2) == 1;
        TensorView source = turned ? transposed(view) : view;
        Temporary wide = Temporary.allocate(pool, source.layout().shape(), DType.F32);
        Casts.cast(wide, source);
        return turned ? transposed(wide) : wide;
    }

    private static void multiplyIntegers(TensorView a, TensorView b, TensorView out) {
        long[] aOffsets = offsets(a);
        long[] bOffsets = offsets(b);
        long[] outOffsets = offsets(out);
        Matrix left = matrix(a);
        Matrix right = matrix(b);
        Matrix product = matrix(out);
        int rank = out.layout().rank();
        long m = out.layout().shape().size(rank - 2);
        int n = Math.toIntExact(out.layout().shape().size(rank - 1));
        int k = Math.toIntExact(a.layout().shape().size(rank - 1));
        DType dtype = out.dtype();
        int panels = Math.ceilDiv(n, PANEL);
        long work = Math.max(1, m * k * PANEL);
        Workers.shared().run((long) outOffsets.length * panels, Math.max(1, Elementwise.GRAIN / work), (from, to) -> {
            for (long unit = from; unit < to; unit++) {
                int batch = (int) (unit / panels);
                int first = (int) (unit % panels) * PANEL;
                panel(
                        dtype,
                        m,
                        k,
                        first,
                        Math.min(PANEL, n - first),
                        left.at(aOffsets[batch]),
                        right.at(bOffsets[batch]),
                        product.at(outOffsets[batch]));
            }
        });
    }

    /** Some columns of one product: B's are copied into longs once, then a row of A at a time. */
    private static void panel(DType dtype, long m, int k, int first, int width, Matrix a, Matrix b, Matrix c) {
        int size = dtype.byteSize();
        long[] columns = new long[Math.multiplyExact(k, width)];
        for (int p = 0; p < k; p++) {
            for (int j = 0; j < width; j++) {
                long at = b.offset() + p * b.rowStride() + (first + j) * b.columnStride();
                columns[p * width + j] = Element.integer(dtype, b.segment(), at * size);
            }
        }
        long[] sums = new long[width];
        MemorySegment left = a.segment();
        for (long i = 0; i < m; i++) {
            Arrays.fill(sums, 0);
            for (int p = 0; p < k; p++) {
                long factor =
                        Element.integer(dtype, left, (a.offset() + i * a.rowStride() + p * a.columnStride()) * size);
                addTo(sums, factor, columns, p * width);
            }
            for (int j = 0; j < width; j++) {
                long at = c.offset() + i * c.rowStride() + (first + j) * c.columnStride();
                Element.set(dtype, c.segment(), at * size, sums[j]);
            }
        }
    }

    private static void addTo(long[] sums, long factor, long[] columns, int at) {
        for (int j = 0; j < sums.length; j++) {
            sums[j] += factor * columns[at + j];
        }
    }
}
