package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.ObjLongConsumer;
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

    /** Rows in a call of a kernel. */
    private static final int PIECE = 64;

    /** Rows of numbers before the scores: those of {@link AttentionKernel}, and what hides a score. */
    private static final int NUMBERS = 3;

    // Places of views.
    private static final int QUERY = 0;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int RESULT = 3; // or its gradient
    private static final int SUMS = 4;
    private static final int GRADIENTS = 5;

    private static final AttentionKernel F32 = kernel(DType.F32);
    private static final AttentionKernel F64 = kernel(DType.F64);

    private final Workers workers = Workers.shared();
    private final HostPool pool;
    private final MatMuls products;
    private final Gemm gemm;
    private final AttentionKernel kernel;
    private final DType dtype;
    private final int size;
    private final int lanes;
    private final double scale;
    private final boolean causal;
    private final boolean scalesFirst; // scores are scaled before some are hidden, and else with the exponentials
    private final @Nullable TensorView mask;
    private final TensorView[] views;
    private final Matrix[] first; // of the matrices of each view
    private final long[][] offsets; // of all of them
    private final long queries;
    private final long keys;
    private final long width;
    private final long valueWidth;
    private final int block; // queries in it
    private final long blocks;
    private final long step; // bytes from row to row of it
    private final long scores; // where they begin in its memory
    private final long more; // bytes from a score to its gradient

    // A block, in memory of its own.
    private @Nullable HostStorage storage;
    private MemorySegment x = MemorySegment.NULL;
    private int head;
    private long from; // its first query
    private int count;
    private int seen; // keys that any of its queries sees

    /** For query, key, value and perhaps a mask; the result and the sums. */
    static Attention of(HostPool pool, MatMuls products, Op.Attention op, TensorView[] in, TensorView[] out) {
        TensorView mask = in.length > 3 ? in[3] : null;
        return new Attention(pool, products, op.scale(), op.causal(), mask, in[0], in[1], in[2], out[0], out[1]);
    }

    /** For the result's gradient, query, key, value, the sums and perhaps a mask; three gradients. */
    static Attention of(HostPool pool, MatMuls products, Op.AttentionGradient op, TensorView[] in, TensorView[] out) {
        TensorView mask = in.length > 5 ? in[5] : null;
        TensorView[] views = {in[1], in[2], in[3], in[0], in[4], out[0], out[1], out[2]};
        return new Attention(pool, products, op.scale(), op.causal(), mask, views);
    }

    /** For query, key, value, the result or its gradient, the sums, and perhaps three gradients. */
    private Attention(
            HostPool pool,
            MatMuls products,
            double scale,
            boolean causal,
            @Nullable TensorView mask,
            TensorView... views) {
        this.pool = pool;
        this.products = products;
        this.dtype = views[QUERY].dtype();
        this.gemm = products.of(dtype);
        this.kernel = dtype == DType.F32 ? F32 : F64;
        this.size = dtype.byteSize();
        this.lanes = Lanes.species(dtype).length();
        this.scale = scale;
        this.causal = causal;
        this.scalesFirst = mask != null || causal && !(scale > 0);
        this.mask = mask;
        this.views = views;
        this.first = new Matrix[views.length];
        this.offsets = new long[views.length][];
        for (int i = 0; i < views.length; i++) {
            first[i] = MatMuls.matrix(views[i]);
            offsets[i] = MatMuls.offsets(views[i]);
        }
        Shape shape = views[QUERY].layout().shape();
        this.queries = shape.size(-2);
        this.width = shape.size(-1);
        this.keys = views[KEY].layout().shape().size(-2);
        this.valueWidth = views[VALUE].layout().shape().size(-1);
        long vectors = Math.ceilDiv(queries, (long) lanes);
        int most = (int) Math.ceilDiv(vectors, Math.ceilDiv(vectors, (long) VECTORS));
        this.block = most * lanes;
        this.blocks = Math.ceilDiv(queries, (long) block);
        this.step = (most | 1L) * lanes * size; // an odd number, so that rows do not crowd in the caches
        this.scores = (NUMBERS + 1) * step;
        this.more = keys * step;
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
    void forward() {
        share(offsets[QUERY].length * blocks, block * keys * (width + valueWidth), Attention::forward);
    }

    /** The gradients of query, key and value. */
    void gradient() {
        share(offsets[QUERY].length, queries * keys * (3 * width + 2 * valueWidth), Attention::gradient);
    }

    private void share(long units, long work, ObjLongConsumer<Attention> task) {
        long grain = units < workers.threads() ? units : Math.ceilDiv(THREAD_WORK, work);
        workers.run(units, grain, (begin, end) -> {
            HostStorage memory = pool.allocate(scores + (views.length > GRADIENTS ? 2 : 1) * more);
            try {
                Attention own = new Attention(pool, products, scale, causal, mask, views);
                own.storage = memory;
                own.x = memory.segment();
                for (long i = 0; i < step / size; i++) {
                    own.put(NUMBERS * step + i * size, Double.NEGATIVE_INFINITY);
                }
                for (long i = begin; i < end; i++) {
                    task.accept(own, i);
                }
            } finally {
                memory.giveBack();
            }
        });
    }

    private void moveTo(long newHead, long number) {
        head = Math.toIntExact(newHead);
        from = number * block;
        count = (int) Math.min(block, queries - from);
        seen = Math.toIntExact(causal ? Math.min(keys, from + count) : keys);
    }

    private void forward(long number) {
        moveTo(number / blocks, number % blocks);
        scores();
        double factor = scalesFirst ? 1 : scale;
        MemorySegment.copy(x, NUMBERS * step, x, 0, step);
        x.asSlice(step, step).fill((byte) 0);
        eachColumn((rows, at, numbers) -> kernel.largest(x, at, step, rows, factor, numbers));
        eachColumn((rows, at, numbers) -> kernel.exponentials(x, at, step, rows, factor, numbers));
        eachColumn((rows, at, numbers) -> kernel.weights(x, at, step, rows, numbers));
        for (int i = 0; i < 2; i++) {
            Matrix sums = matrix(SUMS, i);
            MemorySegment.copy(x, i * step, sums.segment(), (sums.offset() + from) * size, (long) count * size);
        }
        gemm.multiply(count, valueWidth, seen, part(0).transposed(), matrix(VALUE, 0), matrix(RESULT, from));
    }

    private void gradient(long number) {
        for (long i = blocks - 1; i >= 0; i--) {
            moveTo(number, i);
            scores();
            gradientOfBlock();
        }
    }

    private void gradientOfBlock() {
        Matrix g = matrix(RESULT, from);
        product(valueWidth, matrix(VALUE, 0), g, part(1));
        for (int i = 0; i < 2; i++) {
            Matrix sums = matrix(SUMS, i);
            long apart = sums.columnStride();
            long at = (sums.offset() + from * apart) * size;
            PackKernel.of(size).gather(count, sums.segment(), at, apart * size, x, i * step);
        }
        double factor = scalesFirst ? 1 : scale;
        x.asSlice(2 * step, step).fill((byte) 0);
        eachColumn((rows, at, numbers) -> kernel.sums(x, at, more, step, rows, factor, numbers));
        eachColumn((rows, at, numbers) -> kernel.slopes(x, at, more, step, rows, scale, numbers));
        gemm.multiply(count, width, seen, part(1).transposed(), matrix(KEY, 0), matrix(GRADIENTS, from));
        gather(width, part(1), matrix(QUERY, from), matrix(GRADIENTS + 1, 0));
        gather(valueWidth, part(0), g, matrix(GRADIENTS + 2, 0));
    }

    /** The head's matrix of a view, from a row on. */
    private Matrix matrix(int view, long row) {
        Matrix matrix = first[view];
        return matrix.at(offsets[view][head] + row * matrix.rowStride());
    }

    /** The scores, or their gradients. */
    private Matrix part(int number) {
        return new Matrix(x, (scores + number * more) / size, step / size, 1);
    }

    /** Scores of the block, as the kernels take them. */
    private void scores() {
        product(width, matrix(KEY, 0), matrix(QUERY, from), part(0));
        TensorView all = view(storage, dtype, scores / size, 1, step / size);
        if (scalesFirst) {
            put(0, scale);
            SimdBackend.binary(BinaryKind.MUL, all, view(storage, dtype, 0, 0, 0), all);
        }
        if (mask != null) {
            int rank = mask.layout().rank();
            long down = mask.layout().stride(rank - 2);
            long at = MatMuls.offsets(mask)[head] + from * down;
            TensorView part =
                    view(mask.storage(), mask.dtype(), at, down, mask.layout().stride(rank - 1));
            if (mask.dtype() == DType.BOOL) {
                TensorView hidden = view(storage, dtype, NUMBERS * step / size, 0, 0);
                SimdBackend.where(new TensorView[] {part, all, hidden}, all);
            } else {
                SimdBackend.binary(BinaryKind.ADD, all, part, all);
            }
        }
        for (long row = from + 1; causal && row < seen; row++) {
            MemorySegment.copy(x, NUMBERS * step, x, scores + row * step, (row - from) * size);
        }
    }

    /** Something for each score: a query a row, whose elements lie like this. */
    private TensorView view(@Nullable Storage of, DType type, long at, long down, long across) {
        Layout layout = Layout.of(Shape.of(count, seen), new long[] {down, across}, at);
        return new Temporary(Objects.requireNonNull(of), layout, type);
    }

    /** A product with the block's rows of a matrix, transposed; what fills up the last vector is zero. */
    private void product(long terms, Matrix left, Matrix right, Matrix to) {
        if (count % lanes != 0) {
            x.asSlice(to.offset() * size, more).fill((byte) 0);
        }
        gemm.multiply(seen, count, terms, left, right.transposed(), to);
    }

    /** Adds to a gradient that all blocks have a part in; the first of them is the one with most keys. */
    private void gather(long columns, Matrix left, Matrix right, Matrix to) {
        if (from + block < queries) {
            gemm.add(seen, columns, count, left, right, to);
            return;
        }
        gemm.multiply(seen, columns, count, left, right, to);
        to.segment()
                .asSlice((to.offset() + seen * columns) * size, (keys - seen) * columns * size)
                .fill((byte) 0);
    }

    /** Some rows of a vector of columns, whose scores and numbers begin there. */
    @FunctionalInterface
    private interface Piece {
        void run(int rows, long at, long numbersAt);
    }

    private void eachColumn(Piece work) {
        workers.run(Math.ceilDiv(count, lanes), Math.ceilDiv(Workers.GRAIN / 4, seen * lanes), (begin, end) -> {
            for (long column = begin * lanes * size; column < end * lanes * size; column += (long) lanes * size) {
                for (int row = 0; row < seen; row += PIECE) {
                    work.run(Math.min(PIECE, seen - row), scores + row * step + column, column);
                }
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
