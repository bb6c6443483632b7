package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.spi.TensorView;
import java.util.Arrays;

/** What is common to kernels made of tiles' products: product.cuh. */
final class Products {
    /** The threads of a block. */
    static final int THREADS = 128;

    private static final int DEPTH_BYTES = 64;
    private static final boolean TENSOR_CORES =
            !"false".equalsIgnoreCase(System.getProperty("gatun.cuda.tensorCores")); // for half types

    private Products() {}

    /** The terms of a sum that are in shared memory at once. */
    static int depth(DType dtype) {
        return DEPTH_BYTES / dtype.byteSize();
    }

    /** What sums are kept in. */
    static DType wide(DType dtype) {
        return dtype == DType.F64 ? DType.F64 : DType.F32;
    }

    /** The kernel {@code name} of the source {@code family}.cu, for elements of this type, with more macros. */
    static Kernel kernel(DeviceContext device, String family, String name, DType dtype, String... more) {
        String[] defines = Arrays.copyOf(more, more.length + 1);
        defines[more.length] = "GATUN_TENSOR_CORES=" + (TENSOR_CORES ? 1 : 0);
        return device.kernel(family, name, dtype, defines);
    }

    /** Where the element at index 0 is. */
    static long address(TensorView view) {
        return CudaStorage.address(view) + view.layout().offset() * view.dtype().byteSize();
    }
}
