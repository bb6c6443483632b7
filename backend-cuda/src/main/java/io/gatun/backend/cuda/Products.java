package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import java.util.Arrays;

/** What is common to kernels made of tiles' products: product.cuh. */
final class Products {
    /** The threads of a block. */
    static final int THREADS = 128;

    /** The macro that says whether half types are multiplied by tensor cores, 1 or 0. */
    static final String CORES = "GATUN_TENSOR_CORES=";

    private static final int DEPTH_BYTES = 64;
    private static final boolean TENSOR_CORES = Flag.TENSOR_CORES.isSet(); // for half types

    private Products() {}

    /** The terms of a sum that are in shared memory at once. */
    static int depth(DType dtype) {
        return DEPTH_BYTES / dtype.byteSize();
    }

    /** What sums are kept in. */
    static DType wide(DType dtype) {
        return dtype == DType.F64 ? DType.F64 : DType.F32;
    }

    /** The kernel {@code name} of the source {@code family}.cu, with more macros. */
    static KernelName kernel(String family, String name, String... more) {
        String[] macros = Arrays.copyOf(more, more.length + 1);
        macros[more.length] = CORES + (TENSOR_CORES ? 1 : 0);
        return KernelName.typed(family, name, macros);
    }
}
