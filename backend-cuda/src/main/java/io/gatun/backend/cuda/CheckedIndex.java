package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.util.function.LongFunction;

/**
 * An index whose numbers are all in range, so that kernels need not look.
 *
 * <p>The host waits for that, but for a {@link Capture}, which has no values yet: there the kernels get a copy, made in each
 * replay, with 0 for what is out of range, and what was is thrown by who next waits for the device.
 */
final class CheckedIndex {
    private static final String FAMILY = "index";

    private CheckedIndex() {}

    /**
     * {@code index}, or that copy: of the same shape.
     *
     * @param dim the dimension that it is for, in the message
     * @throws TensorIndexException if an index is outside 0 to {@code bound - 1}, naming the first in row-major order
     */
    static TensorView of(DeviceContext device, Op op, int dim, TensorView index, long bound) {
        Layout layout = index.layout();
        Capture capture = device.capture();
        if (capture != null && (bound > 0 || layout.shape().isEmpty())) {
            String what = "in a replay of a CudaGraph, an index";
            return inReplays(capture, device, index, bound, 0, first -> refusal(op, what, first, dim, layout, bound));
        }
        long first = FirstOf.find(device, device.kernel(FAMILY, "outside"), index, bound);
        if (first != FirstOf.NONE) {
            long value = device.readLong(CudaStorage.address(index) + layout.elementAt(first) * Long.BYTES);
            throw refusal(op, "index " + value, first, dim, layout, bound);
        }
        return index;
    }

    private static TensorIndexException refusal(Op op, String what, long first, int dim, Layout layout, long bound) {
        return new TensorIndexException(op.operatorName() + ": " + what + " at position "
                + FirstOf.position(layout, first) + " is out of range for dimension " + dim + " of size " + bound
                + ": expected 0 to " + (bound - 1));
    }

    /**
     * A copy of {@code index} that each replay makes, with 0 for what is neither {@code ignored} nor from 0 to {@code bound - 1}.
     *
     * @param bound at least 1
     * @param ignored a number that stays as it is, too
     * @param refusal is thrown for a replay in which there was such a number, the first in row-major order
     */
    static TensorView inReplays(
            Capture capture,
            DeviceContext device,
            TensorView index,
            long bound,
            long ignored,
            LongFunction<RuntimeException> refusal) {
        Shape shape = index.layout().shape();
        Layout layout = Layout.contiguous(shape);
        long found = capture.check(refusal);
        long bytes = shape.numel() * Long.BYTES;
        CudaStorage copy = new CudaStorage(device.device(), bytes, capture.keep(bytes));
        Kernel kernel = device.kernel(FAMILY, "inside");
        Nests.forEachPart(
                LoopNest.of(layout, index.layout(), layout),
                part -> device.forEach(kernel, part.count(), params -> {
                    params.add(found).add(part.offset(0)).add(bound).add(ignored);
                    part.loops(params, 3);
                    params.add(0L)
                            .add(CudaStorage.address(index) + part.offset(1) * Long.BYTES)
                            .add(copy.address() + part.offset(2) * Long.BYTES);
                }));
        return new Copies.Temporary(copy, layout, DType.I64);
    }
}
