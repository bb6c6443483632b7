package io.gatun.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The peer for matrix products: OpenBLAS as the system has it (Debian: libopenblas0-pthread), called in place. */
@SuppressWarnings("restricted") // calling a native library is what it is for
final class OpenBlas {
    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANSPOSE = 111;

    private final MethodHandle sgemm;
    private final MethodHandle dgemm;
    private final MethodHandle setThreads;

    /** Loads the library, or fails with the package to install. */
    OpenBlas() {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup("libopenblas.so.0", Arena.global());
        } catch (IllegalArgumentException missing) {
            throw new IllegalStateException("libopenblas.so.0 was not found: install libopenblas0-pthread", missing);
        }
        Linker linker = Linker.nativeLinker();
        sgemm = linker.downcallHandle(library.find("cblas_sgemm").orElseThrow(), gemm(ValueLayout.JAVA_FLOAT));
        dgemm = linker.downcallHandle(library.find("cblas_dgemm").orElseThrow(), gemm(ValueLayout.JAVA_DOUBLE));
        setThreads = linker.downcallHandle(
                library.find("openblas_set_num_threads").orElseThrow(),
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    }

    private static FunctionDescriptor gemm(ValueLayout element) {
        ValueLayout number = ValueLayout.JAVA_INT;
        ValueLayout pointer = ValueLayout.ADDRESS;
        return FunctionDescriptor.ofVoid(
                number, number, number, number, number, number, element, pointer, number, pointer, number, element,
                pointer, number);
    }

    void threads(int count) {
        try {
            setThreads.invokeExact(count);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** c = a b for contiguous (m, k) and (k, n) of f32. */
    void multiplyFloats(int m, int n, int k, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            sgemm.invokeExact(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, m, n, k, 1f, a, k, b, n, 0f, c, n);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** c = a b for contiguous (m, k) and (k, n) of f64. */
    void multiplyDoubles(int m, int n, int k, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            dgemm.invokeExact(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, m, n, k, 1.0, a, k, b, n, 0.0, c, n);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
