package io.gatun.backend.simd;

import io.gatun.backend.simd.CellKernel.Kind;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.TensorView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All steps of a layer of long short-term memory. Weights are packed once for the products of all steps, and what these
 * give is still in the second cache when the gates are made of it. Samples know nothing of one another: each thread takes
 * some of them through all steps.
 *
 * <p>For F32 and F64, and states of a vector at least.
 */
final class Lstm {
    private static final @Nullable CellKernel[] KERNELS = new CellKernel[2 * Kind.values().length];
    private static final long THREAD_WORK = 16L * Workers.GRAIN;
    private static final int GATES = 4;

    /** Rows that make full use of a tile and stay in the second cache. */
    private static final long ROWS_AT_ONCE = 96;

    private final HostPool pool;
    private final Gemm gemm;
    private final DType dtype;
    private final int size;
    private final boolean reverse;
    private final long steps;
    private final long batch;
    private final long hidden;
    private final TensorView[] in;
    private final TensorView[] out;
    private final List<HostStorage> taken = new ArrayList<>();

    /** For operands of which the first is (L, N, ...), the third the first cell state, (N, H). */
    Lstm(HostPool pool, MatMuls products, boolean reverse, TensorView[] in, TensorView[] out) {
        this.pool = pool;
        this.dtype = in[0].dtype();
        this.gemm = products.of(dtype);
        this.size = dtype.byteSize();
        this.reverse = reverse;
        this.steps = in[0].layout().shape().size(0);
        this.batch = in[2].layout().shape().size(0);
        this.hidden = in[2].layout().shape().size(1);
        this.in = Arrays.copyOf(in, in.length, TensorView[].class); // they may be tensors
        this.out = out;
    }

    /** Whether steps of these shapes, (L, N, ...) and (N, H), can be taken here. */
    static boolean claims(TensorView steps, TensorView state) {
        return (state.dtype() == DType.F32 || state.dtype() == DType.F64)
                && !steps.layout().shape().isEmpty()
                && state.layout().shape().size(1)
                        >= Lanes.species(state.dtype()).length();
    }

    /** {@link io.gatun.tensor.op.Op.LstmSteps}. */
    void forward() {
        run(() -> {
            HostStorage ofInput =
                    packed(GATES * hidden, inputs(), matrix(in[3], 0, 0).transposed());
            HostStorage ofState =
                    packed(GATES * hidden, hidden, matrix(in[4], 0, 0).transposed());
            share((from, to) -> forward(ofInput, ofState, from, (int) (to - from)));
        });
    }

    private void forward(HostStorage ofInput, HostStorage ofState, long from, int rows) {
        Layout x = in[0].layout();
        boolean following = rows == batch && x.stride(0) == batch * x.stride(1);
        long most = following ? Math.clamp(ROWS_AT_ONCE / rows, 1, steps) : 1;
        long block = rows * (GATES * hidden);
        HostStorage scratch = pool.allocate((1 + most) * block * size);
        try {
            Matrix sums = new Matrix(scratch.segment(), 0, GATES * hidden, 1);
            Matrix bias = new Matrix(in[5].storage().segment(), in[5].layout().offset(), 0, 1);
            Matrix h = matrix(in[1], 0, from);
            Matrix c = matrix(in[2], 0, from);
            long first = 0;
            for (long i = 0; i < steps; i++) {
                long t = place(i);
                if (i % most == 0) {
                    long count = Math.min(most, steps - i);
                    first = Math.min(t, place(i + count - 1));
                    Matrix input = matrix(in[0], first, from);
                    gemm.multiplyPacked(count * rows, GATES * hidden, inputs(), input, ofInput, sums.at(block));
                }
                gemm.multiplyPacked(rows, GATES * hidden, hidden, h, ofState, sums);
                Matrix ofX = sums.at((1 + t - first) * block);
                Matrix gates = matrix(out[2], t, from);
                gates(Kind.SIGMOID, rows, 0, 2, sums, ofX, bias, gates);
                gates(Kind.TANH, rows, 2, 1, sums, ofX, bias, gates);
                gates(Kind.SIGMOID, rows, 3, 1, sums, ofX, bias, gates);
                Matrix next = matrix(out[1], t, from);
                h = matrix(out[0], t, from);
                kernel(Kind.LSTM).run(rows, hidden, gates, c, next, h);
                c = next;
            }
        } finally {
            scratch.giveBack();
        }
    }

    /** A function of a + b + c, of some gates. */
    private void gates(Kind kind, int rows, int first, int count, Matrix a, Matrix b, Matrix c, Matrix to) {
        kernel(kind).run(rows, count * hidden, gate(a, first), gate(b, first), gate(c, first), gate(to, first));
    }

    private Matrix gate(Matrix x, int gate) {
        return x.at(x.offset() + gate * hidden);
    }

    /** {@link io.gatun.tensor.op.Op.LstmStepsGradient}. */
    void gradient() {
        run(() -> {
            HostStorage weight = packed(hidden, GATES * hidden, matrix(in[3], 0, 0));
            share((from, to) -> gradient(weight, from, (int) (to - from)));
        });
    }

    private void gradient(HostStorage weight, long from, int rows) {
        long block = rows * hidden;
        HostStorage scratch = pool.allocate(4 * block * size);
        try {
            scratch.segment().asSlice(0, block * size).fill((byte) 0);
            Matrix h = new Matrix(scratch.segment(), 0, hidden, 1);
            Matrix tanh = h.at(block);
            Matrix spare = h;
            Matrix c = matrix(in[1], 0, from);
            for (long i = steps - 1; i >= 0; i--) {
                long t = place(i);
                tangents(rows, matrix(in[4], t, from), tanh);
                Matrix before = i == 0 ? matrix(in[2], 0, from) : matrix(in[4], place(i - 1), from);
                Matrix sums = matrix(out[0], t, from);
                Matrix down = i == 0 ? matrix(out[2], 0, from) : spare.at((2 + i % 2) * block);
                kernel(Kind.LSTM_GRADIENT)
                        .run(
                                rows,
                                hidden,
                                matrix(in[5], t, from),
                                tanh,
                                before,
                                h,
                                matrix(in[0], t, from),
                                c,
                                sums,
                                down);
                c = down;
                h = i == 0 ? matrix(out[1], 0, from) : h;
                gemm.multiplyPacked(rows, hidden, GATES * hidden, sums, weight, h);
            }
        } finally {
            scratch.giveBack();
        }
    }

    private void tangents(int rows, Matrix x, Matrix to) {
        ElementKernel kernel = UnaryKernels.required(UnaryKind.TANH, dtype);
        for (int i = 0; i < rows; i++) {
            long at = (x.offset() + i * x.rowStride()) * size;
            long toAt = (to.offset() + i * hidden) * size;
            kernel.run(to.segment(), toAt, x.segment(), at, x.segment(), at, x.segment(), at, (int) hidden);
        }
    }

    private CellKernel kernel(Kind kind) {
        int at = Stamp.place(kind) * 2 + (dtype == DType.F32 ? 0 : 1);
        CellKernel kernel = KERNELS[at];
        if (kernel == null) {
            UnaryKind function = kind == Kind.SIGMOID ? UnaryKind.SIGMOID : UnaryKind.TANH;
            kernel = Stamp.exact(dtype, CellKernel.class, CellTemplate.class, kind, UnaryKernels.body(function, dtype));
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    private long place(long step) {
        return reverse ? steps - 1 - step : step;
    }

    private long inputs() {
        return in[0].layout().shape().size(2);
    }

    /** Of (L, N, ...), a step from a sample on; of a matrix, from a row on. */
    private static Matrix matrix(TensorView view, long step, long row) {
        Layout layout = view.layout();
        long stride = layout.stride(layout.rank() - 2);
        long before = layout.rank() == 3 ? step * layout.stride(0) : 0;
        return new Matrix(view.storage().segment(), layout.offset() + before + row * stride, stride, 1);
    }

    private HostStorage packed(long n, long k, Matrix b) {
        HostStorage storage = gemm.pack(n, k, b);
        taken.add(storage);
        return storage;
    }

    /** With copies of the operands that have gaps in their rows. */
    private void run(Runnable layer) {
        try {
            for (int i = 0; i < in.length; i++) {
                Layout layout = in[i].layout();
                if (layout.stride(layout.rank() - 1) != 1) {
                    Temporary copy = Temporary.allocate(pool, layout.shape(), dtype);
                    taken.add((HostStorage) copy.storage());
                    Copies.copy(copy, in[i]);
                    in[i] = copy;
                }
            }
            layer.run();
        } finally {
            taken.forEach(HostStorage::giveBack);
        }
    }

    /** Cuts the samples into as many parts as there are threads, or fewer where there is little work. */
    private void share(Workers.Chunk samples) {
        long panels = Math.ceilDiv(batch, GemmKernel.ROWS);
        long work = steps * hidden * hidden * GATES * GemmKernel.ROWS;
        Workers workers = Workers.shared();
        long grain = Math.max(Math.ceilDiv(panels, workers.threads()), Math.ceilDiv(THREAD_WORK, work));
        workers.run(
                panels,
                grain,
                (from, to) -> samples.run(from * GemmKernel.ROWS, Math.min(batch, to * GemmKernel.ROWS)));
    }
}
