package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * A strided matrix in memory, as {@link Gemm} takes it: the element {@code (i, j)} lies at
 * {@code offset + i * rowStride + j * columnStride}, all counted in elements. Strides may be zero or negative for what is
 * only read.
 */
record Matrix(MemorySegment segment, long offset, long rowStride, long columnStride) {

    /** The same elements with rows and columns exchanged. */
    Matrix transposed() {
        return new Matrix(segment, offset, columnStride, rowStride);
    }

    /** The matrix of the same strides that begins at another element. */
    Matrix at(long newOffset) {
        return new Matrix(segment, newOffset, rowStride, columnStride);
    }
}
