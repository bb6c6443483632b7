package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The index of the largest or smallest element along a dimension. */
final class ArgReductions {
    /** Stamped from {@link ArgTemplate}. */
    interface Kernel {
        /** The index of the winner among {@code n} elements every {@code step} bytes, n at least 1. */
        long run(MemorySegment x, long at, long step, long n);
    }

    private static final @Nullable Kernel[] KERNELS = new Kernel[DType.values().length * 2];

    private ArgReductions() {}

    private static Kernel kernel(DType dtype, boolean largest) {
        int at = Stamp.place(dtype) * 2 + (largest ? 1 : 0);
        Kernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.of(Kernel.class, ArgTemplate.class, dtype, largest);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** Executes {@code op}; the output is I64. */
    static void reduce(Op.ArgReduce op, TensorView x, TensorView out) {
        if (out.layout().shape().isEmpty()) {
            return;
        }
        Layout in = x.layout();
        Layout kept = in;
        Layout to = out.layout();
        long n = 1;
        long stride = 1;
        if (in.rank() > 0) { // dimension 0 of a scalar is itself
            n = in.shape().size(op.dim());
            stride = in.stride(op.dim());
            kept = in.select(op.dim(), 0);
            to = op.keepDim() ? to.select(op.dim(), 0) : to;
        }
        LoopNest nest = LoopNest.of(kept, to);
        MemorySegment from = x.storage().segment();
        MemorySegment target = out.storage().segment();
        int size = x.dtype().byteSize();
        Kernel kernel = kernel(x.dtype(), op.largest());
        long length = n;
        long step = stride * size;
        long inner = nest.innerSize();
        Workers.shared().run(nest.outerCount() * inner, Math.max(1, Elementwise.GRAIN / 4 / n), (first, last) -> {
            LoopNest.Cursor cursor = nest.cursor(first / inner);
            long column = first % inner;
            for (long i = first; i < last; i++) {
                long at = (cursor.offset(0) + column * nest.innerStride(0)) * size;
                long result = kernel.run(from, at, step, length);
                target.set(Lanes.LONG, (cursor.offset(1) + column * nest.innerStride(1)) * Long.BYTES, result);
                if (++column == inner) {
                    column = 0;
                    cursor.next();
                }
            }
        });
    }
}
