package io.gatun.backend.simd;

import io.gatun.backend.simd.FusedPass.Operand;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Attention, and its gradient, for F32 and F64: of all the scores there is only ever a block of queries in memory, as in
 * "Self-attention Does Not Need O(n²) Memory" (Rabe and Staats, 2021) and FlashAttention (Dao and others, 2022).
 *
 * <h2>Keys down, queries across</h2>
 *
 * <p>A block holds the scores transposed: K Qᵀ of all keys and some vectors of queries. Then a softmax is the same operation on
 * whole vectors, row by row, with nothing to be combined across lanes ({@link AttentionKernel}), and of all factors of all
 * products only the block's queries, and gradients, are packed: {@link Gemm} reads the left factor at any strides and the right
 * one where its columns are next to each other, as those of keys and values are. Heads that are views of a larger matrix are
 * read where they are. The gradient computes the weights again, from each column's largest score and sum, bit by bit as they
 * were.
 *
 * <p>Where there are fewer queries than would fill half a vector, each has a row of its own after all ({@link FusedPass}).
 *
 * <h2>Causal</h2>
 *
 * <p>Keys that no query of a block sees are left out; of those that some see, the others' scores become negative infinity.
 *
 * <h2>Threads</h2>
 *
 * <p>share blocks; for the gradient heads, as all blocks of one add to the gradients of its keys and values, last block first.
 * Where there are fewer heads than threads, these share the products and the columns of one block. A block's size is a matter
 * of shapes alone, and with it every result.
 */
final class Attention {
    /** Vectors of queries in a block: two of the widest panels that products have. */
    private static final int VECTORS = 2 * GemmKernel.NV;

    /** Multiply-adds that are worth a thread. */
    private static final long THREAD_WORK = 16L * Workers.GRAIN;

    /** Rows of numbers before the scores: those of {@link AttentionKernel}, and what hides a score. */
    private static final int NUMBERS = 3;

    /** Vectors of keys that a pass over them by {@link FusedPass} pays for. */
    private static final long LONG = 4;

    private static final AttentionKernel F32 = kernel(DType.F32);
    private static final AttentionKernel F64 = kernel(DType.F64);

    private final Workers workers = Workers.shared();
    private final HostPool pool;
    private final Gemm gemm;
    private final AttentionKernel kernel;
    private final DType dtype;
    private final int size;
    private final int lanes;
    private final double scale;
    private final boolean causal;
    private final Heads query;
    private final Heads key;
    private final Heads value;
    private final @Nullable TensorView mask;
    private final long[] maskOffsets;
    private final boolean scalesFirst; // scores are scaled before some are hidden, and else with the exponentials
    private final long queries;
    private final long keys;
    private final long width;
    private final long valueWidth;
    private final int block; // queries in it
    private final long blocks;
    private final long step; // bytes from row to row of it
    private final boolean byQueries; // a query a row

    /** The matrices of a view. */
    private static final class Heads {
        private final Matrix first;
        private final long[] offsets;

        Heads(TensorView view) {
            first = MatMuls.matrix(view);
            offsets = MatMuls.offsets(view);
        }

        /** A head's matrix from a row on. */
        Matrix from(int head, long row) {
            return first.at(offsets[head] + row * first.rowStride());
        }
    }

    Attention(
            HostPool pool,
            MatMuls products,
            double scale,
            boolean causal,
            TensorView[] operands,
            @Nullable TensorView mask) {
        this.pool = pool;
        this.dtype = operands[0].dtype();
        this.gemm = products.of(dtype);
        this.kernel = dtype == DType.F32 ? F32 : F64;
        this.size = dtype.byteSize();
        this.lanes = Lanes.species(dtype).length();
        this.scale = scale;
        this.causal = causal;
        this.query = new Heads(operands[0]);
        this.key = new Heads(operands[1]);
        this.value = new Heads(operands[2]);
        this.mask = mask;
        this.maskOffsets = mask == null ? new long[0] : MatMuls.offsets(mask);
        Shape shape = operands[0].layout().shape();
        this.queries = shape.size(-2);
        this.width = shape.size(-1);
        this.keys = operands[1].layout().shape().size(-2);
        this.valueWidth = operands[2].layout().shape().size(-1);
        long vectors = Math.ceilDiv(queries, (long) lanes);
        int most = (int) Math.ceilDiv(vectors, Math.ceilDiv(vectors, (long) VECTORS));
        this.block = most * lanes;
        this.blocks = Math.ceilDiv(queries, (long) block);
        this.byQueries = 2 * queries <= lanes && keys >= LONG * lanes;
        this.scalesFirst = byQueries || mask != null || causal && !(scale > 0);
        // An odd number of vectors, so that rows do not crowd in the caches.
        this.step = ((byQueries ? Math.ceilDiv(keys, (long) lanes) : most) | 1L) * lanes * size;
    }

    private static AttentionKernel kernel(DType dtype) {
        return Stamp.exact(dtype, AttentionKernel.class, AttentionTemplate.class);
    }

    /** Whether attention to these is computed here. */
    static boolean claims(TensorView query, TensorView key, TensorView value) {
        return (query.dtype() == DType.F32 || query.dtype() == DType.F64)
                && !query.layout().shape().isEmpty()
                && !key.layout().shape().isEmpty()
                && !value.layout().shape().isEmpty();
    }

    /** The results. */
    void forward(TensorView[] out) {
        Heads result = new Heads(out[0]);
        Heads sums = new Heads(out[1]);
        long work = block * keys * (width + valueWidth);
        workers.run(query.offsets.length * blocks, Math.ceilDiv(THREAD_WORK, work), (from, to) -> {
            Block current = new Block(1);
            try {
                for (long i = from; i < to; i++) {
                    current.moveTo((int) (i / blocks), i % blocks);
                    current.forward(result, sums);
                }
            } finally {
                current.storage.giveBack();
            }
        });
    }

    /** The gradients of query, key and value, from that of the result. */
    void gradient(TensorView g, TensorView sums, TensorView[] out) {
        Heads flow = new Heads(g);
        Heads numbers = new Heads(sums);
        Heads[] gradients = {new Heads(out[0]), new Heads(out[1]), new Heads(out[2])};
        int heads = query.offsets.length;
        long work = queries * keys * (3 * width + 2 * valueWidth);
        workers.run(heads, heads < workers.threads() ? heads : Math.ceilDiv(THREAD_WORK, work), (from, to) -> {
            Block current = new Block(2);
            try {
                for (int head = (int) from; head < to; head++) {
                    for (long i = blocks - 1; i >= 0; i--) {
                        current.moveTo(head, i);
                        current.gradient(flow, numbers, gradients);
                    }
                }
            } finally {
                current.storage.giveBack();
            }
        });
    }

    /** Work on vectors of columns, that begin so many bytes behind the first. */
    @FunctionalInterface
    private interface Columns {
        void run(long at, int vectors);
    }

    /** A block of scores in memory of its own, and as many gradients of them if there are two parts. */
    private final class Block {
        private final HostStorage storage;
        private final MemorySegment x;
        private final long scores = (NUMBERS + 1) * step; // where they begin
        private final long more = (byQueries ? queries : keys) * step; // from a score to its gradient
        private int head;
        private long first; // of its queries
        private int count;
        private int vectors;
        private int seen; // keys that any of its queries sees

        Block(int parts) {
            storage = pool.allocate(scores + parts * more);
            x = storage.segment();
            for (int i = 0; i < block; i++) { // no longer than the row
                put(NUMBERS * step + (long) i * size, Double.NEGATIVE_INFINITY);
            }
        }

        void moveTo(int newHead, long number) {
            head = newHead;
            first = number * block;
            count = (int) Math.min(block, queries - first);
            vectors = Math.ceilDiv(count, lanes);
            seen = Math.toIntExact(causal ? Math.min(keys, first + count) : keys);
        }

        void forward(Heads result, Heads sums) {
            scores();
            if (byQueries) {
                eachQuery(this::weights);
            } else {
                double factor = scalesFirst ? 1 : scale;
                eachColumn((at, columns) -> {
                    kernel.largest(x, scores + at, step, seen, columns, factor, at);
                    kernel.exponentials(x, scores + at, step, seen, columns, factor, at);
                    kernel.weights(x, scores + at, step, seen, columns, at);
                });
            }
            for (int i = 0; i < 2; i++) {
                Matrix to = sums.from(head, i);
                MemorySegment.copy(x, i * step, to.segment(), (to.offset() + first) * size, (long) count * size);
            }
            Matrix weights = part(0).transposed();
            gemm.multiply(count, valueWidth, seen, weights, value.from(head, 0), result.from(head, first));
        }

        void gradient(Heads flow, Heads sums, Heads[] gradients) {
            scores();
            Matrix g = flow.from(head, first);
            product(seen, valueWidth, value.from(head, 0), g, part(1));
            for (int i = 0; i < 2; i++) {
                Matrix from = sums.from(head, i);
                long apart = from.columnStride();
                long at = (from.offset() + first * apart) * size;
                PackKernel.of(size).gather(count, from.segment(), at, apart * size, x, i * step);
            }
            if (byQueries) {
                eachQuery(this::slopes);
            } else {
                double factor = scalesFirst ? 1 : scale;
                eachColumn((at, columns) -> {
                    kernel.sums(x, scores + at, more, step, seen, columns, factor, at);
                    kernel.slopes(x, scores + at, more, step, seen, columns, scale, at);
                });
            }
            Matrix slopes = part(1).transposed();
            gemm.multiply(count, width, seen, slopes, key.from(head, 0), gradients[0].from(head, first));
            gathered(width, part(1), query.from(head, first), gradients[1].from(head, 0));
            gathered(valueWidth, part(0), g, gradients[2].from(head, 0));
        }

        private void weights(FusedPass pass, int i) {
            Operand row = new Operand(x, scores + i * step);
            put((long) i * size, pass.largest(row, 0, seen));
            double sum = pass.run(Fusion.EXPONENTIALS, row, row, 0, seen);
            put(step + (long) i * size, sum / FusedPass.RAISED);
            pass.with(1 / sum).run(Fusion.SCALED, row, row, 0, seen);
        }

        private void slopes(FusedPass pass, int i) {
            Operand row = new Operand(x, scores + i * step);
            Operand gradient = new Operand(x, scores + more + i * step);
            Operand numbers = new Operand(x, 0);
            double share = 1 / (pass.get(numbers, step / size + i) * FusedPass.RAISED);
            pass.with(pass.get(numbers, i), share).run(Fusion.WEIGHTED_EXPONENTIALS, row, row, 0, seen);
            double sum = pass.run(Fusion.PRODUCT_SUM, row, row, gradient, 0, seen);
            pass.with(sum).run(Fusion.CENTRED_PRODUCT, gradient, gradient, row, 0, seen);
            pass.with(scale).run(Fusion.SCALED, gradient, gradient, 0, seen);
        }

        /** The scores, or their gradients, a key a row, however they lie. */
        private Matrix part(int number) {
            Matrix rows = new Matrix(x, (scores + number * more) / size, step / size, 1);
            return byQueries ? rows.transposed() : rows;
        }

        /** Scores of the block, as softmax takes them. */
        private void scores() {
            product(seen, width, key.from(head, 0), query.from(head, first), part(0));
            if (scalesFirst) {
                put(0, scale);
                SimdBackend.binary(BinaryKind.MUL, scoreView(), number(0), scoreView());
            }
            if (mask != null) {
                hide(mask);
            }
            for (long i = 1; causal && byQueries && i < seen - first; i++) {
                long at = scores + (i - 1) * step + (first + i) * size;
                MemorySegment.copy(x, NUMBERS * step, x, at, (seen - first - i) * size);
            }
            for (long row = first + 1; causal && !byQueries && row < seen; row++) {
                MemorySegment.copy(x, NUMBERS * step, x, scores + row * step, (row - first) * size);
            }
        }

        private void hide(TensorView by) {
            Layout layout = by.layout();
            int rank = layout.rank();
            long[] strides = {layout.stride(rank - 2), layout.stride(rank - 1)};
            Layout own = Layout.of(Shape.of(count, seen), strides, maskOffsets[head] + first * strides[0]);
            Temporary part = new Temporary(by.storage(), own, by.dtype());
            Temporary view = scoreView();
            if (by.dtype() == DType.BOOL) {
                SimdBackend.where(new TensorView[] {part, view, number(NUMBERS * step)}, view);
            } else {
                SimdBackend.binary(BinaryKind.ADD, view, part, view);
            }
        }

        private Temporary scoreView() {
            Matrix own = part(0).transposed();
            long[] strides = {own.rowStride(), own.columnStride()};
            return new Temporary(storage, Layout.of(Shape.of(count, seen), strides, own.offset()), dtype);
        }

        /** One number in the place of each score. */
        private Temporary number(long at) {
            return new Temporary(storage, Layout.of(Shape.of(count, seen), new long[2], at / size), dtype);
        }

        /** A product with the block's rows of a matrix, transposed; what fills up the last vector is zero. */
        private void product(long rows, long terms, Matrix left, Matrix right, Matrix to) {
            if (count % lanes != 0 && !byQueries) {
                x.asSlice(to.offset() * size, rows * step).fill((byte) 0);
            }
            gemm.multiply(rows, count, terms, left, right.transposed(), to);
        }

        /** Adds to a gradient that all blocks have a part in; the first of them is the one with most keys. */
        private void gathered(long columns, Matrix left, Matrix right, Matrix to) {
            if (first + block < queries) {
                gemm.add(seen, columns, count, left, right, to);
                return;
            }
            gemm.multiply(seen, columns, count, left, right, to);
            to.segment()
                    .asSlice((to.offset() + seen * columns) * size, (keys - seen) * columns * size)
                    .fill((byte) 0);
        }

        private void eachColumn(Columns work) {
            workers.run(vectors, Math.ceilDiv(Workers.GRAIN / 4, seen * lanes), (from, to) -> {
                work.run(from * lanes * size, (int) (to - from));
            });
        }

        private void eachQuery(ObjIntConsumer<FusedPass> work) {
            workers.run(count, Math.ceilDiv(Workers.GRAIN / 4, seen), (from, to) -> {
                FusedPass pass = new FusedPass(dtype);
                for (int i = (int) from; i < to; i++) {
                    work.accept(pass, i);
                }
            });
        }

        private void put(long at, double number) {
            if (dtype == DType.F32) {
                x.set(Lanes.FLOAT, at, (float) number);
            } else {
                x.set(Lanes.DOUBLE, at, number);
            }
        }
    }
}
