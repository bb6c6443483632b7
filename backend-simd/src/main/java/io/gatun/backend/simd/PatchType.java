package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.util.concurrent.ConcurrentHashMap;

/** What convolutions need to know of an element type: its size, its lanes and its kernels. */
record PatchType(DType dtype, Class<? extends PatchKernel> template, int size, int lanes, PackKernel pack) {
    private static final PatchType F32 = of(DType.F32, PatchF32.class, Pack32.INSTANCE);
    private static final PatchType F64 = of(DType.F64, PatchF64.class, Pack64.INSTANCE);
    private static final ConcurrentHashMap<Long, PatchKernel> KERNELS = new ConcurrentHashMap<>();

    private static PatchType of(DType dtype, Class<? extends PatchKernel> template, PackKernel pack) {
        return new PatchType(
                dtype, template, dtype.byteSize(), Lanes.species(dtype).length(), pack);
    }

    /** That of F32 or F64. */
    static PatchType of(DType dtype) {
        return dtype == DType.F32 ? F32 : F64;
    }

    /** The kernel whose runs have an element every {@code step} elements. */
    PatchKernel kernel(int step) {
        long bytes = (long) step * size;
        return KERNELS.computeIfAbsent(
                bytes * 2 + (dtype == DType.F32 ? 0 : 1), _ -> Stamp.kernel(PatchKernel.class, template, bytes));
    }
}
