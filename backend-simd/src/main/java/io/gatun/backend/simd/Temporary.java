package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;

/**
 * A view that an operator makes for its own use: of pooled memory that it gives back, or of an operand under another
 * layout.
 */
record Temporary(Storage storage, Layout layout, DType dtype) implements TensorView {
    /** A contiguous tensor in new memory; {@link #giveBack} it. */
    static Temporary allocate(HostPool pool, Shape shape, DType dtype) {
        return new Temporary(
                pool.allocate(Math.max(1, shape.numel()) * dtype.byteSize()), Layout.contiguous(shape), dtype);
    }

    /** The memory goes back to its pool. */
    void giveBack() {
        ((HostStorage) storage).giveBack();
    }
}
