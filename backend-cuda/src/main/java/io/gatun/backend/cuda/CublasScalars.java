package io.gatun.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The factors of C = 1·A·B + 0·C in host memory, where cuBLAS reads them; in the type that it computes in. */
final class CublasScalars {
    private static final MemorySegment ONE_F32 = Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, 1);
    private static final MemorySegment ONE_F64 = Arena.global().allocateFrom(ValueLayout.JAVA_DOUBLE, 1);
    private static final MemorySegment ZERO = Arena.global().allocateFrom(ValueLayout.JAVA_DOUBLE, 0);

    private CublasScalars() {}

    /** The address of 1. */
    static long one(Cublas.Type type) {
        return (type == Cublas.Type.F64 ? ONE_F64 : ONE_F32).address();
    }

    /** The address of 0, whose bits are all 0 in both types. */
    static long zero() {
        return ZERO.address();
    }
}
