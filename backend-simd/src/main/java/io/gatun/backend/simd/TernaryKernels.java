package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import org.jspecify.annotations.Nullable;

/** The kernels of the operators of three operands, stamped on first use. */
final class TernaryKernels {
    private static final @Nullable ElementKernel[] WHERE = new ElementKernel[Long.BYTES + 1];
    private static final @Nullable ElementKernel[] CLAMP = new ElementKernel[2 * DType.values().length];

    private TernaryKernels() {}

    /** (bytes, b, c): b where the byte is not 0, else c, of elements of {@code size} bytes. */
    static ElementKernel where(int size) {
        ElementKernel kernel = WHERE[size];
        if (kernel == null) {
            kernel = Stamp.kernel(ElementKernel.class, WhereTemplate.class, Lanes.speciesOfSize(size));
            WHERE[size] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** (x, low, high): min(max(x, low), high); both bounds may be broadcast. */
    static ElementKernel clamp(DType lanes, boolean broadcast) {
        int at = 2 * Stamp.place(lanes) + (broadcast ? 1 : 0);
        ElementKernel kernel = CLAMP[at];
        if (kernel == null) {
            kernel = Stamp.kernel(
                    ElementKernel.class,
                    ClampTemplate.class,
                    Lanes.species(lanes),
                    BinaryKernels.body(BinaryKind.MAXIMUM, lanes),
                    BinaryKernels.body(BinaryKind.MINIMUM, lanes),
                    broadcast);
            CLAMP[at] = kernel; // as above
        }
        return kernel;
    }
}
