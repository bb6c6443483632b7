package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Running sums and products, and the places of running extremes, along a dimension, in double or long, rounded as each is stored: by vectors across columns that
 * lie side by side, by vectors along contiguous runs of F32 and F64, and else one element after the other.
 */
final class Scans {
    /** Stamped from {@link ScanTemplate}, or where steps are an element's size {@link RowScanTemplate}; steps in bytes. */
    interface Kernel {
        /** The running results of {@code n} elements; of {@link ArgScanTemplate} I64. */
        void run(MemorySegment x, long at, long step, MemorySegment out, long outAt, long outStep, long n);
    }

    /** Stamped from {@link ScanColumnTemplate}. */
    interface Columns {
        /**
         * The running results of columns of {@code n} elements.
         *
         * @param kept what each column begins with, as F64 or I64; replaced by what it comes to
         * @param vectors how many vectors of {@code kept} there are
         */
        void run(
                MemorySegment x,
                long at,
                long step,
                MemorySegment out,
                long outAt,
                long outStep,
                long n,
                MemorySegment kept,
                int vectors);
    }

    private static final int COUNT = DType.values().length * 2;
    private static final @Nullable Kernel[] KERNELS = new Kernel[COUNT];
    private static final @Nullable Kernel[] ROWS = new Kernel[COUNT];
    private static final @Nullable Kernel[] PLACES = new Kernel[COUNT];
    private static final @Nullable Columns[] COLUMNS = new Columns[COUNT];

    private final boolean product; // for columns
    private final @Nullable Columns columns;
    private final DType dtype;
    private final int size;
    private final int outSize;
    private final MemorySegment x;
    private final MemorySegment out;
    private final LoopNest nest; // operand 0 is the output, 1 is x
    private final long inner;
    private final long n;
    private final long step;
    private final long outStep;
    private final Kernel kernel;

    /** Executes {@code op}. */
    static void scan(Op.Scan op, TensorView x, TensorView out) {
        if (x.layout().shape().isEmpty()) {
            return;
        }
        if (x.layout().rank() == 0) {
            Copies.copy(out, x);
            return;
        }
        boolean floats = x.dtype() == DType.F32 || x.dtype() == DType.F64;
        boolean lanes = floats || x.dtype() == DType.I64;
        boolean vectors =
                x.layout().stride(op.dim()) == 1 && out.layout().stride(op.dim()) == 1 && floats && lanes() >= 4;
        Kernel kernel = vectors ? rows(x.dtype(), op.product()) : kernel(x.dtype(), op.product());
        Columns columns = lanes ? columns(x.dtype(), op.product()) : null;
        new Scans(op.product(), columns, op.dim(), x, out, kernel).run();
    }

    /** Where the largest or smallest so far is. */
    static void argScan(boolean largest, int dim, TensorView x, TensorView out) {
        if (x.layout().shape().isEmpty()) {
            return;
        }
        if (x.layout().rank() == 0) {
            out.storage().segment().set(Lanes.LONG, out.layout().offset() * Long.BYTES, 0);
            return;
        }
        new Scans(false, null, dim, x, out, places(x.dtype(), largest)).run();
    }

    /** {@code columns} is null where there is no kernel for columns side by side. */
    private Scans(boolean product, @Nullable Columns columns, int dim, TensorView x, TensorView out, Kernel kernel) {
        Layout in = x.layout();
        this.product = product;
        this.columns = columns;
        this.kernel = kernel;
        dtype = x.dtype();
        size = dtype.byteSize();
        outSize = out.dtype().byteSize();
        this.x = x.storage().segment();
        this.out = out.storage().segment();
        n = in.shape().size(dim);
        step = in.stride(dim) * size;
        outStep = out.layout().stride(dim) * outSize;
        nest = LoopNest.of(out.layout().select(dim, 0), in.select(dim, 0));
        inner = nest.innerSize();
    }

    private void run() {
        if (columns != null && byColumns()) {
            long strips = Math.ceilDiv(inner, Scratch.BLOCK);
            long work = Math.min(inner, Scratch.BLOCK) * n;
            Workers.shared()
                    .run(
                            nest.outerCount() * strips,
                            Math.max(1, Elementwise.GRAIN / 2 / work),
                            (from, to) -> runStrips(columns, from, to));
        } else {
            Workers.shared().run(nest.outerCount() * inner, Math.max(1, Elementwise.GRAIN / 4 / n), this::runRows);
        }
    }

    private boolean byColumns() {
        return nest.innerStride(0) == 1 && nest.innerStride(1) == 1 && inner >= lanes() && step != size;
    }

    private static int lanes() {
        return Lanes.species(DType.F64).length();
    }

    private void runRows(long from, long to) {
        LoopNest.Cursor cursor = nest.cursor(from / inner);
        long column = from % inner;
        for (long i = from; i < to; i++) {
            column(cursor, column);
            if (++column == inner) {
                column = 0;
                cursor.next();
            }
        }
    }

    private void column(LoopNest.Cursor cursor, long column) {
        long at = (cursor.offset(1) + column * nest.innerStride(1)) * size;
        long outAt = (cursor.offset(0) + column * nest.innerStride(0)) * outSize;
        kernel.run(x, at, step, out, outAt, outStep, n);
    }

    private void runStrips(Columns columns, long from, long to) {
        long strips = Math.ceilDiv(inner, Scratch.BLOCK);
        LoopNest.Cursor cursor = nest.cursor(from / strips);
        for (long unit = from; unit < to; unit++) {
            long begin = unit % strips * Scratch.BLOCK;
            int width = (int) Math.min(Scratch.BLOCK, inner - begin);
            int vectors = width / lanes();
            MemorySegment kept = Scratch.mine().block(4);
            start(kept, vectors * lanes());
            columns.run(
                    x,
                    (cursor.offset(1) + begin) * size,
                    step,
                    out,
                    (cursor.offset(0) + begin) * size,
                    outStep,
                    n,
                    kept,
                    vectors);
            for (long column = begin + vectors * (long) lanes(); column < begin + width; column++) {
                column(cursor, column);
            }
            if (unit % strips == strips - 1) {
                cursor.next();
            }
        }
    }

    private void start(MemorySegment kept, int count) {
        for (int i = 0; i < count; i++) {
            if (dtype.isFloatingPoint()) {
                kept.set(Lanes.DOUBLE, (long) i * Double.BYTES, product ? 1.0 : 0.0);
            } else {
                kept.set(Lanes.LONG, (long) i * Long.BYTES, product ? 1L : 0L);
            }
        }
    }

    private static Kernel kernel(DType dtype, boolean product) {
        int at = Stamp.place(dtype) * 2 + (product ? 1 : 0);
        Kernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(Kernel.class, ScanTemplate.class, dtype, product);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    private static Kernel rows(DType dtype, boolean product) {
        int at = Stamp.place(dtype) * 2 + (product ? 1 : 0);
        Kernel kernel = ROWS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(Kernel.class, RowScanTemplate.class, dtype, product);
            ROWS[at] = kernel; // as above
        }
        return kernel;
    }

    private static Kernel places(DType dtype, boolean largest) {
        int at = Stamp.place(dtype) * 2 + (largest ? 1 : 0);
        Kernel kernel = PLACES[at];
        if (kernel == null) {
            kernel = Stamp.kernel(Kernel.class, ArgScanTemplate.class, dtype, largest);
            PLACES[at] = kernel; // as above
        }
        return kernel;
    }

    private static Columns columns(DType dtype, boolean product) {
        int at = Stamp.place(dtype) * 2 + (product ? 1 : 0);
        Columns kernel = COLUMNS[at];
        if (kernel == null) {
            DType kept = dtype.isFloatingPoint() ? DType.F64 : DType.I64;
            BinaryBody<?> body = BinaryKernels.body(product ? BinaryKind.MUL : BinaryKind.ADD, kept);
            kernel = Stamp.kernel(Columns.class, ScanColumnTemplate.class, dtype, body);
            COLUMNS[at] = kernel; // as above
        }
        return kernel;
    }
}
