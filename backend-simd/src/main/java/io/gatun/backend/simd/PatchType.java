package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.util.concurrent.ConcurrentHashMap;

/** What convolutions need to know of an element type: its size, its lanes and its kernels. */
record PatchType(DType dtype, int size, int lanes, PackKernel pack, ConcurrentHashMap<Integer, PatchKernel> kernels) {
    private static final PatchType F32 = new PatchType(DType.F32);
    private static final PatchType F64 = new PatchType(DType.F64);

    private PatchType(DType dtype) {
        this(
                dtype,
                dtype.byteSize(),
                Lanes.species(dtype).length(),
                PackKernel.of(dtype.byteSize()),
                new ConcurrentHashMap<>());
    }

    /** That of F32 or F64. */
    static PatchType of(DType dtype) {
        return dtype == DType.F32 ? F32 : F64;
    }

    /** The kernel whose runs have an element every {@code step} elements, and whose tiles are so many vectors wide. */
    PatchKernel kernel(int step, int vectors) {
        return kernels.computeIfAbsent(
                step * (PatchKernel.NV + 1) + vectors,
                _ -> Stamp.exact(dtype, PatchKernel.class, PatchTemplate.class, (long) step * size, vectors));
    }
}
