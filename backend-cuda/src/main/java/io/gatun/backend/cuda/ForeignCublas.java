package io.gatun.backend.cuda;

import static io.gatun.backend.cuda.Foreign.INT;
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
    private static final MethodHandle SET_MODE = Foreign.returningInt(POINTER, INT);
    private final NativeLibrary library;
    private final CublasCalls calls;
    private final long handle;

    /** A handle for the device whose context is current. */
    ForeignCublas(NativeLibrary library) {
        this.library = library;
        this.calls = new CublasCalls(library);
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
        calls.setStream(handle, stream, workspace, workspaceBytes);
    }

    @Override
    public void multiply(Product product) {
        calls.multiply(handle, product);
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
