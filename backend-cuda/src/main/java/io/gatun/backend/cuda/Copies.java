package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;

/** Elements moved as they are, and memory for what an operator needs on the way. */
final class Copies {
    private Copies() {}

    /** The elements of {@code from}, in the layout of {@code to}. */
    static void copy(DeviceContext device, TensorView from, TensorView to) {
        Kernel kernel = device.kernel("move", "copy" + to.dtype().byteSize());
        Elementwise.run(device, kernel, Elementwise.NO_KIND, to, from);
    }

    /** Memory of its own for elements of this shape, until {@link Temporary#close}. */
    static Temporary temporary(DeviceContext device, Shape shape, DType dtype) {
        long bytes = shape.numel() * dtype.byteSize();
        CudaStorage storage =
                new CudaStorage(device.device(), bytes, device.memory().allocate(bytes));
        return new Temporary(storage, Layout.contiguous(shape), dtype);
    }

    /** The elements of {@code view} one after the other, in memory of their own. */
    static Temporary contiguous(DeviceContext device, TensorView view) {
        Temporary copy = temporary(device, view.layout().shape(), view.dtype());
        copy(device, view, copy);
        return copy;
    }

    /** {@code view} under another layout of its storage. */
    static TensorView as(TensorView view, Layout layout) {
        return new Relaid(view.storage(), layout, view.dtype());
    }

    private record Relaid(Storage storage, Layout layout, DType dtype) implements TensorView {}

    /** Contiguous memory that an operator needs for itself; what is queued when it is closed may still use it. */
    record Temporary(CudaStorage storage, Layout layout, DType dtype) implements TensorView, AutoCloseable {
        @Override
        public void close() {
            storage.close("the operator that made it");
        }
    }
}
