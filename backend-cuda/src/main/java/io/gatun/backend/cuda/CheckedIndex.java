package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;

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
        Capture capture = device.capture();
        if (capture != null && (bound > 0 || index.layout().shape().isEmpty())) {
            return replayed(capture, device, op, dim, index, bound);
        }
        long first = FirstOf.find(device, device.kernel(FAMILY, "outside"), index, bound);
        if (first != FirstOf.NONE) {
            Layout layout = index.layout();
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

    private static TensorView replayed(
            Capture capture, DeviceContext device, Op op, int dim, TensorView index, long bound) {
        Shape shape = index.layout().shape();
        Layout layout = Layout.contiguous(shape);
        long found =
                capture.check(first -> refusal(op, "in a replay of a CudaGraph, an index", first, dim, layout, bound));
        long bytes = shape.numel() * Long.BYTES;
        CudaStorage copy = new CudaStorage(device.device(), bytes, capture.keep(bytes));
        Nests.forEachPart(
                LoopNest.of(layout, index.layout(), layout),
                part -> device.forEach(device.kernel(FAMILY, "inside"), part.count(), params -> {
                    params.add(found).add(part.offset(0)).add(bound);
                    part.loops(params, 3);
                    params.add(0L)
                            .add(CudaStorage.address(index) + part.offset(1) * Long.BYTES)
                            .add(copy.address() + part.offset(2) * Long.BYTES);
                }));
        return new Copies.Temporary(copy, layout, DType.I64);
    }
}
