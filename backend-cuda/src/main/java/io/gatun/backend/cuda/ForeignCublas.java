package io.gatun.backend.cuda;

import static io.gatun.backend.cuda.Foreign.INT;
import static io.gatun.backend.cuda.Foreign.LONG;
import static io.gatun.backend.cuda.Foreign.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** cuBLAS of any major version, called directly. */
final class ForeignCublas implements Cublas {
    private static final MethodHandle CREATE = Foreign.returningInt(POINTER);
    private static final MethodHandle DESTROY = Foreign.returningInt(POINTER);
    private static final MethodHandle GET_VERSION = Foreign.returningInt(POINTER, POINTER);
    private static final MethodHandle SET_STREAM = Foreign.returningInt(POINTER, POINTER);
    private static final MethodHandle SET_WORKSPACE = Foreign.returningInt(POINTER, POINTER, LONG);
    private static final MethodHandle SET_MODE = Foreign.returningInt(POINTER, INT);
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
    private final long handle;
    private final MemorySegment setStream;
    private final MemorySegment setWorkspace;
    private final MemorySegment gemm;
    private final MemorySegment gemmBatched;

    /** A handle for the device whose context is current. */
    ForeignCublas(NativeLibrary library) {
        this.library = library;
        this.setStream = library.function("cublasSetStream_v2");
        this.setWorkspace = library.function("cublasSetWorkspace_v2");
        this.gemm = library.function("cublasGemmEx");
        this.gemmBatched = library.function("cublasGemmStridedBatchedEx");
        this.handle = create(library);
        setMode("cublasSetPointerMode_v2", 0); // factors are in host memory
        setMode("cublasSetMathMode", CublasCodes.MATH_WITHOUT_REDUCED_SUMS);
    }

    private static long create(NativeLibrary library) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(ValueLayout.JAVA_LONG);
            int status = (int) CREATE.invokeExact(library.function("cublasCreate_v2"), handle.address());
            CublasCodes.check(status, "cublasCreate_v2");
            return handle.get(ValueLayout.JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    private void setMode(String function, int mode) {
        try {
            CublasCodes.check((int) SET_MODE.invokeExact(library.function(function), handle, mode), function);
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    @Override
    public String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(ValueLayout.JAVA_INT);
            int status =
                    (int) GET_VERSION.invokeExact(library.function("cublasGetVersion_v2"), handle, version.address());
            CublasCodes.check(status, "cublasGetVersion_v2");
            return CublasCodes.version(version.get(ValueLayout.JAVA_INT, 0));
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    @Override
    public void setStream(long stream, long workspace, long workspaceBytes) {
        setStream(setStream, handle, stream);
        try {
            int status = (int) SET_WORKSPACE.invokeExact(setWorkspace, handle, workspace, workspaceBytes);
            CublasCodes.check(status, "cublasSetWorkspace_v2");
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    /** For JCublas too. */
    static void setStream(MemorySegment function, long handle, long stream) {
        try {
            CublasCodes.check((int) SET_STREAM.invokeExact(function, handle, stream), "cublasSetStream_v2");
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    @Override
    public void multiply(Product p) {
        Matrices a = p.a();
        Matrices b = p.b();
        Matrices c = p.c();
        int t = p.type().code;
        int algorithm = CublasCodes.DEFAULT_ALGORITHM;
        long one = CublasScalars.one(p.type());
        long zero = CublasScalars.zero();
        try {
            if (!p.isSmall()) {
                String name = "cublasGemmStridedBatchedEx_64";
                CublasCodes.check(
                        (int) GEMM_BATCHED_64.invokeExact(
                                library.function(name),
                                handle,
                                p.operationA(),
                                p.operationB(),
                                (long) p.m(),
                                (long) p.n(),
                                (long) p.k(),
                                one,
                                a.address(),
                                t,
                                a.leading(),
                                a.distance(),
                                b.address(),
                                t,
                                b.leading(),
                                b.distance(),
                                zero,
                                c.address(),
                                t,
                                c.leading(),
                                c.distance(),
                                (long) p.count(),
                                p.compute(),
                                algorithm),
                        name);
            } else if (p.count() == 1) {
                CublasCodes.check(
                        (int) GEMM.invokeExact(
                                gemm,
                                handle,
                                p.operationA(),
                                p.operationB(),
                                p.m(),
                                p.n(),
                                p.k(),
                                one,
                                a.address(),
                                t,
                                (int) a.leading(),
                                b.address(),
                                t,
                                (int) b.leading(),
                                zero,
                                c.address(),
                                t,
                                (int) c.leading(),
                                p.compute(),
                                algorithm),
                        "cublasGemmEx");
            } else {
                CublasCodes.check(
                        (int) GEMM_BATCHED.invokeExact(
                                gemmBatched,
                                handle,
                                p.operationA(),
                                p.operationB(),
                                p.m(),
                                p.n(),
                                p.k(),
                                one,
                                a.address(),
                                t,
                                (int) a.leading(),
                                a.distance(),
                                b.address(),
                                t,
                                (int) b.leading(),
                                b.distance(),
                                zero,
                                c.address(),
                                t,
                                (int) c.leading(),
                                c.distance(),
                                p.count(),
                                p.compute(),
                                algorithm),
                        "cublasGemmStridedBatchedEx");
            }
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    @Override
    public void close() {
        try {
            int status = (int) DESTROY.invokeExact(library.function("cublasDestroy_v2"), handle);
            CublasCodes.check(status, "cublasDestroy_v2");
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }
}
