package io.gatun.backend.cuda;

import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasPointerMode;

/** cuBLAS 12, which JCuda initialises. */
final class JCublas implements Cublas {
    private final Handle handle = new Handle();
    private final CublasCalls calls;

    /** A handle for the device whose context is current; products call {@code library} itself. */
    JCublas(NativeLibrary library) {
        this.calls = new CublasCalls(library);
        CublasCodes.check(JCublas2.cublasCreate(handle), "cublasCreate");
        CublasCodes.check(
                JCublas2.cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_HOST),
                "cublasSetPointerMode");
        CublasCodes.check(
                JCublas2.cublasSetMathMode(handle, CublasCodes.MATH_WITHOUT_REDUCED_SUMS), "cublasSetMathMode");
    }

    @Override
    public String version() {
        int[] version = new int[1];
        CublasCodes.check(JCublas2.cublasGetVersion(handle, version), "cublasGetVersion");
        return CublasCodes.version(version[0]);
    }

    @Override
    public void setStream(long stream, long workspace, long workspaceBytes) {
        calls.setStream(handle.address(), stream, workspace, workspaceBytes);
    }

    @Override
    public void multiply(Product product) {
        calls.multiply(handle.address(), product);
    }

    @Override
    public void close() {
        CublasCodes.check(JCublas2.cublasDestroy(handle), "cublasDestroy");
    }

    /** JCuda keeps the address to subclasses. */
    private static final class Handle extends cublasHandle {
        long address() {
            return getNativePointer();
        }
    }
}
