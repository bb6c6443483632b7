package io.gatun.backend.cuda;

import io.gatun.tensor.spi.TensorView;
import java.util.function.Consumer;

/** Results of kernels that write elements one after the other. */
final class Contiguous {
    private Contiguous() {}

    /** Lets {@code work} write to {@code out} if that is contiguous, else to memory that is copied there. */
    static void write(DeviceContext device, TensorView out, Consumer<TensorView> work) {
        if (out.layout().isContiguous()) {
            work.accept(out);
            return;
        }
        try (Copies.Temporary target = Copies.temporary(device, out.layout().shape(), out.dtype())) {
            work.accept(target);
            Copies.copy(device, target, out);
        }
    }
}
