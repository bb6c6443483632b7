package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Running sums and products along a dimension, in double or long, rounded as each is stored. */
final class Scans {
    /** Stamped from {@link ScanTemplate}; steps in bytes. */
    interface Kernel {
        /** The running results of {@code n} elements. */
        void run(MemorySegment x, long at, long step, MemorySegment out, long outAt, long outStep, long n);
    }

    private static final @Nullable Kernel[] KERNELS = new Kernel[DType.values().length * 2];

    private Scans() {}

    private static Kernel kernel(DType dtype, boolean product) {
        int at = Stamp.place(dtype) * 2 + (product ? 1 : 0);
        Kernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.of(Kernel.class, ScanTemplate.class, dtype, product);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** Executes {@code op}. */
    static void scan(Op.Scan op, TensorView x, TensorView out) {
        Layout in = x.layout();
        if (in.shape().isEmpty()) {
            return;
        }
        if (in.rank() == 0) {
            Copies.copy(out, x);
            return;
        }
        int size = x.dtype().byteSize();
        long n = in.shape().size(op.dim());
        long step = in.stride(op.dim()) * size;
        long outStep = out.layout().stride(op.dim()) * size;
        LoopNest nest = LoopNest.of(out.layout().select(op.dim(), 0), in.select(op.dim(), 0));
        MemorySegment from = x.storage().segment();
        MemorySegment to = out.storage().segment();
        Kernel kernel = kernel(x.dtype(), op.product());
        long inner = nest.innerSize();
        Workers.shared().run(nest.outerCount() * inner, Math.max(1, Elementwise.GRAIN / 4 / n), (first, last) -> {
            LoopNest.Cursor cursor = nest.cursor(first / inner);
            long column = first % inner;
            for (long i = first; i < last; i++) {
                kernel.run(
                        from,
                        (cursor.offset(1) + column * nest.innerStride(1)) * size,
                        step,
                        to,
                        (cursor.offset(0) + column * nest.innerStride(0)) * size,
                        outStep,
                        n);
                if (++column == inner) {
                    column = 0;
                    cursor.next();
                }
            }
        });
    }
}
