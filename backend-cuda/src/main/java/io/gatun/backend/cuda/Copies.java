package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import org.jspecify.annotations.Nullable;

/** Elements moved as they are, and memory for what an operator needs on the way. */
final class Copies {
    private static final KernelName[] COPY = KernelName.bySize("move", "copy");

    private Copies() {}

    /** The elements of {@code from}, in the layout of {@code to}. */
    static void copy(DeviceContext device, TensorView from, TensorView to) {
        Kernel kernel = device.kernel(KernelName.ofSize(COPY, to.dtype().byteSize()));
        try (Nest nest = Nest.open().add(to).add(from)) {
            Elementwise.run(device, kernel, Elementwise.NO_KIND, nest);
        }
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

    /** Memory for results of a kernel that writes one element after the other; null if those of {@code out} lie so. */
    static @Nullable Temporary temporaryFor(DeviceContext device, TensorView out) {
        return out.layout().isContiguous()
                ? null
                : temporary(device, out.layout().shape(), out.dtype());
    }

    /** Copies what was written there, if there is such memory. */
    static void copyBack(DeviceContext device, @Nullable Temporary written, TensorView out) {
        if (written != null) {
            copy(device, written, out);
        }
    }

    /** Where the element at index 0 is. */
    static long address(TensorView view) {
        return CudaStorage.address(view) + view.layout().offset() * view.dtype().byteSize();
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
