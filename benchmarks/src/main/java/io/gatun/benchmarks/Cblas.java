package io.gatun.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A peer for matrix products: a native library with BLAS's C interface, called in place. */
@SuppressWarnings("restricted") // calling a native library is what it is for
public final class Cblas {
    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;

    private final MethodHandle sgemm;
    private final MethodHandle dgemm;
    private final MethodHandle setThreads;

    /** Binds a library whose function {@code setThreads} takes the number of threads. */
    public Cblas(SymbolLookup library, String setThreads) {
        Linker linker = Linker.nativeLinker();
        sgemm = linker.downcallHandle(library.find("cblas_sgemm").orElseThrow(), gemm(ValueLayout.JAVA_FLOAT));
        dgemm = linker.downcallHandle(library.find("cblas_dgemm").orElseThrow(), gemm(ValueLayout.JAVA_DOUBLE));
        this.setThreads = linker.downcallHandle(
                library.find(setThreads).orElseThrow(), FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    }

    /** OpenBLAS as the system has it (Debian: libopenblas0-pthread), or a failure with the package to install. */
    static Cblas openBlas() {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup("libopenblas.so.0", Arena.global());
        } catch (IllegalArgumentException missing) {
            throw new IllegalStateException("libopenblas.so.0 was not found: install libopenblas0-pthread", missing);
        }
        return new Cblas(library, "openblas_set_num_threads");
    }

    private static FunctionDescriptor gemm(ValueLayout element) {
        ValueLayout number = ValueLayout.JAVA_INT;
        ValueLayout pointer = ValueLayout.ADDRESS;
        return FunctionDescriptor.ofVoid(
                number, number, number, number, number, number, element, pointer, number, pointer, number, element,
                pointer, number);
    }

    /** Sets how many threads a call may use. */
    public void threads(int count) {
        try {
            setThreads.invokeExact(count);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** c = a b for contiguous (m, k) and (k, n) of f32. */
    public void multiplyFloats(int m, int n, int k, MemorySegment a, MemorySegment b, MemorySegment c) {
        multiplyFloats(m, n, k, a, false, b, false, c);
    }

    /** c = a b for (m, k) and (k, n) of f32, each contiguous or the transpose of what is. */
    public void multiplyFloats(
            int m,
            int n,
            int k,
            MemorySegment a,
            boolean transposesA,
            MemorySegment b,
            boolean transposesB,
            MemorySegment c) {
        int ta = transposesA ? TRANSPOSE : NO_TRANSPOSE;
        int tb = transposesB ? TRANSPOSE : NO_TRANSPOSE;
        int lda = transposesA ? m : k;
        int ldb = transposesB ? k : n;
        try {
            sgemm.invokeExact(ROW_MAJOR, ta, tb, m, n, k, 1f, a, lda, b, ldb, 0f, c, n);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** c = a b for contiguous (m, k) and (k, n) of f64. */
    public void multiplyDoubles(int m, int n, int k, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            dgemm.invokeExact(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, m, n, k, 1.0, a, k, b, n, 0.0, c, n);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
