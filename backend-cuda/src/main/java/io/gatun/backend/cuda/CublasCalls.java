package io.gatun.backend.cuda;

import static io.gatun.backend.cuda.Foreign.INT;
import static io.gatun.backend.cuda.Foreign.LONG;
import static io.gatun.backend.cuda.Foreign.POINTER;

import io.gatun.backend.cuda.Cublas.Matrices;
import io.gatun.backend.cuda.Cublas.Product;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions that products and streams need, called directly: they take numbers, so a product leaves nothing on the heap. */
final class CublasCalls {
    private static final MethodHandle SET_STREAM = Foreign.returningInt(POINTER, POINTER);
    private static final MethodHandle SET_WORKSPACE = Foreign.returningInt(POINTER, POINTER, LONG);
    private static final MethodHandle GEMM = Foreign.returningInt(
            POINTER, INT, INT, INT, INT, INT, POINTER, POINTER, INT, INT, POINTER, INT, INT, POINTER, POINTER, INT, INT,
            INT, INT);
    private static final MethodHandle GEMM_BATCHED = Foreign.returningInt(
            POINTER, INT, INT, INT, INT, INT, POINTER, POINTER, INT, INT, LONG, POINTER, INT, INT, LONG, POINTER,
            POINTER, INT, INT, LONG, INT, INT, INT);
    private static final MethodHandle GEMM_BATCHED_64 = Foreign.returningInt(
            POINTER, INT, INT, LONG, LONG, LONG, POINTER, POINTER, INT, LONG, LONG, POINTER, INT, LONG, LONG, POINTER,
            POINTER, INT, LONG, LONG, LONG, INT, INT);

    private final NativeLibrary library;
    private final MemorySegment setStream;
    private final MemorySegment setWorkspace;
    private final MemorySegment gemm;
    private final MemorySegment gemmBatched;

    CublasCalls(NativeLibrary library) {
        this.library = library;
        this.setStream = library.function("cublasSetStream_v2");
        this.setWorkspace = library.function("cublasSetWorkspace_v2");
        this.gemm = library.function("cublasGemmEx");
        this.gemmBatched = library.function("cublasGemmStridedBatchedEx");
    }

    /** As {@link Cublas#setStream}. */
    void setStream(long handle, long stream, long workspace, long workspaceBytes) {
        try {
            CublasCodes.check((int) SET_STREAM.invokeExact(setStream, handle, stream), "cublasSetStream_v2");
            int status = (int) SET_WORKSPACE.invokeExact(setWorkspace, handle, workspace, workspaceBytes);
            CublasCodes.check(status, "cublasSetWorkspace_v2");
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    /** As {@link Cublas#multiply}. */
    void multiply(long handle, Product p) {
        try {
            if (!p.isSmall()) {
                String name = "cublasGemmStridedBatchedEx_64";
                CublasCodes.check(large(library.function(name), handle, p), name);
            } else if (p.count() == 1) {
                CublasCodes.check(one(handle, p), "cublasGemmEx");
            } else {
                CublasCodes.check(batch(handle, p), "cublasGemmStridedBatchedEx");
            }
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    private int one(long handle, Product p) throws Throwable {
        Matrices a = p.a();
        Matrices b = p.b();
        Matrices c = p.c();
        int t = p.type().code;
        return (int) GEMM.invokeExact(
                gemm,
                handle,
                p.operationA(),
                p.operationB(),
                p.m(),
                p.n(),
                p.k(),
                CublasScalars.one(p.type()),
                a.address(),
                t,
                (int) a.leading(),
                b.address(),
                t,
                (int) b.leading(),
                CublasScalars.zero(),
                c.address(),
                t,
                (int) c.leading(),
                p.compute(),
                CublasCodes.DEFAULT_ALGORITHM);
    }

    private int batch(long handle, Product p) throws Throwable {
        Matrices a = p.a();
        Matrices b = p.b();
        Matrices c = p.c();
        int t = p.type().code;
        return (int) GEMM_BATCHED.invokeExact(
                gemmBatched,
                handle,
                p.operationA(),
                p.operationB(),
                p.m(),
                p.n(),
                p.k(),
                CublasScalars.one(p.type()),
                a.address(),
                t,
                (int) a.leading(),
                a.distance(),
                b.address(),
                t,
                (int) b.leading(),
                b.distance(),
                CublasScalars.zero(),
                c.address(),
                t,
                (int) c.leading(),
                c.distance(),
                p.count(),
                p.compute(),
                CublasCodes.DEFAULT_ALGORITHM);
    }

    private static int large(MemorySegment function, long handle, Product p) throws Throwable {
        Matrices a = p.a();
        Matrices b = p.b();
        Matrices c = p.c();
        int t = p.type().code;
        return (int) GEMM_BATCHED_64.invokeExact(
                function,
                handle,
                p.operationA(),
                p.operationB(),
                (long) p.m(),
                (long) p.n(),
                (long) p.k(),
                CublasScalars.one(p.type()),
                a.address(),
                t,
                a.leading(),
                a.distance(),
                b.address(),
                t,
                b.leading(),
                b.distance(),
                CublasScalars.zero(),
                c.address(),
                t,
                c.leading(),
                c.distance(),
                (long) p.count(),
                p.compute(),
                CublasCodes.DEFAULT_ALGORITHM);
    }
}
