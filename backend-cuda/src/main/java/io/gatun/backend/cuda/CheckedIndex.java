package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;

/**
 * An index whose numbers are all in range, so that kernels need not look.
 *
 * <p>The host waits for that, once, as long as nothing is written to their memory: the gradient of a look-up, or of a loss, does
 * not wait again. A {@link Capture} has no values yet: there the kernels get a copy, made in each replay, with 0 for what is
 * out of range, and what was is thrown by who next waits for the device.
 */
final class CheckedIndex {
    private static final KernelName OUTSIDE = KernelName.of("index", "outside");
    private static final KernelName INSIDE = KernelName.of("index", "inside");

    private CheckedIndex() {}

    /** What is in range: from 0 to {@code bound - 1}, or {@code spared}, which may be one of these. */
    private record Range(long bound, long spared) {}

    /** The error for the number of an index among all in row-major order, whose value is known outside of graphs. */
    private interface Refusal {
        TensorIndexException of(String value, long number);
    }

    /**
     * {@code index}, or that copy: of the same shape.
     *
     * @param dim the dimension that it is for, in the message
     * @throws TensorIndexException if an index is outside 0 to {@code bound - 1}, naming the first in row-major order
     */
    static TensorView of(DeviceContext device, Op op, int dim, TensorView index, long bound) {
        if (isKnown(device, index, bound, 0)) {
            return index;
        }
        Layout layout = index.layout();
        return of(device, index, new Range(bound, 0), (value, number) -> {
            String position = FirstOf.position(layout, number);
            return refusal(op, "index" + value, position, "for dimension " + dim + " of size " + bound, bound);
        });
    }

    /**
     * {@code classes}, (M) of I64, or that copy.
     *
     * @throws TensorIndexException if one is outside 0 to {@code bound - 1} and not {@code ignored}, naming the first
     */
    static TensorView targets(DeviceContext device, Op op, TensorView classes, long bound, long ignored) {
        if (isKnown(device, classes, bound, ignored)) {
            return classes;
        }
        return of(
                device,
                classes,
                new Range(bound, ignored),
                (value, number) -> refusal(op, "the target" + value, "" + number, "for " + bound + " classes", bound));
    }

    private static TensorIndexException refusal(Op op, String what, String position, String where, long bound) {
        return new TensorIndexException(op.operatorName() + ": " + what + " at position " + position
                + " is out of range " + where + ": expected 0 to " + (bound - 1));
    }

    /** Whether it was looked at before, which most are. */
    private static boolean isKnown(DeviceContext device, TensorView index, long bound, long spared) {
        return device.capture() == null && ((CudaStorage) index.storage()).areIndices(index.layout(), bound, spared);
    }

    private static TensorView of(DeviceContext device, TensorView index, Range range, Refusal refusal) {
        Layout layout = index.layout();
        Capture capture = device.capture();
        if (capture != null && (range.bound > 0 || layout.shape().isEmpty())) {
            return replayed(capture, device, index, range, refusal);
        }
        CudaStorage storage = (CudaStorage) index.storage();
        if (storage.areIndices(layout, range.bound, range.spared)) {
            return index;
        }
        Kernel kernel = device.kernel(OUTSIDE);
        long first = FirstOf.find(device, kernel, index, range.bound, range.spared);
        if (first != FirstOf.NONE) {
            long value = device.readLong(CudaStorage.address(index) + layout.elementAt(first) * Long.BYTES);
            throw refusal.of(" " + value, first);
        }
        storage.holdsIndices(layout, range.bound, range.spared);
        return index;
    }

    private static TensorView replayed(
            Capture capture, DeviceContext device, TensorView index, Range range, Refusal refusal) {
        Shape shape = index.layout().shape();
        Layout layout = Layout.contiguous(shape);
        long found = capture.check(first -> refusal.of(" of a replayed CudaGraph", first));
        long bytes = shape.numel() * Long.BYTES;
        CudaStorage copy = new CudaStorage(device.device(), bytes, capture.keep(bytes));
        Copies.Temporary inside = new Copies.Temporary(copy, layout, DType.I64);
        try (Nest nest = Nest.open().addIndices(shape).add(index).add(inside)) {
            while (nest.next()) {
                Params params = device.params();
                params.add(found).add(nest.offset(0)).add(range.bound).add(range.spared);
                nest.write(params);
                device.forEach(device.kernel(INSIDE), nest.count(), params);
            }
        }
        return inside;
    }
}
