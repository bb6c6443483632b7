package io.gatun.tensor;

import io.gatun.tensor.spi.GradSlot;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import org.jspecify.annotations.Nullable;

/** A strided tensor. */
public final class Tensor implements TensorView {
    private final Storage storage;
    private final Layout layout;
    private final DType dtype;
    private @Nullable GradSlot gradSlot;

    /** Over a storage. */
    Tensor(Storage storage, Layout layout, DType dtype) {
        this.storage = storage;
        this.layout = layout;
        this.dtype = dtype;
    }

    @Override
    public Storage storage() {
        if (storage.isClosed()) {
            throw storage.closedException();
        }
        return storage;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    /** For the {@link io.gatun.tensor.spi.GradRecorder}: what it hung on this tensor, or null. */
    public @Nullable GradSlot gradSlot() {
        return gradSlot;
    }

    /** For the {@link io.gatun.tensor.spi.GradRecorder}: replaces its slot. */
    public void gradSlot(@Nullable GradSlot slot) {
        gradSlot = slot;
    }
}
