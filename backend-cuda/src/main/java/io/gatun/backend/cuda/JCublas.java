package io.gatun.backend.cuda;

import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasPointerMode;

/** cuBLAS 12, through JCuda, which wants an object for each pointer: a product leaves some 200 bytes on the heap. */
final class JCublas implements Cublas {
    private final Handle handle = new Handle();
    private final CublasCalls calls;

    /** A handle for the device whose context is current. JCuda makes no stream of an address, so {@code library} sets its own. */
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
    public void multiply(Product p) {
        Matrices a = p.a();
        Matrices b = p.b();
        Matrices c = p.c();
        int t = p.type().code;
        int algorithm = CublasCodes.DEFAULT_ALGORITHM;
        Pointer one = Address.host(CublasScalars.one(p.type()));
        Pointer zero = Address.host(CublasScalars.zero());
        Pointer pa = Address.device(a.address());
        Pointer pb = Address.device(b.address());
        Pointer pc = Address.device(c.address());
        if (!p.isSmall()) {
            CublasCodes.check(
                    JCublas2.cublasGemmStridedBatchedEx_64_new(
                            handle,
                            p.operationA(),
                            p.operationB(),
                            p.m(),
                            p.n(),
                            p.k(),
                            one,
                            pa,
                            t,
                            a.leading(),
                            a.distance(),
                            pb,
                            t,
                            b.leading(),
                            b.distance(),
                            zero,
                            pc,
                            t,
                            c.leading(),
                            c.distance(),
                            p.count(),
                            p.compute(),
                            algorithm),
                    "cublasGemmStridedBatchedEx_64");
        } else if (p.count() == 1) {
            CublasCodes.check(
                    JCublas2.cublasGemmEx_new(
                            handle,
                            p.operationA(),
                            p.operationB(),
                            p.m(),
                            p.n(),
                            p.k(),
                            one,
                            pa,
                            t,
                            (int) a.leading(),
                            pb,
                            t,
                            (int) b.leading(),
                            zero,
                            pc,
                            t,
                            (int) c.leading(),
                            p.compute(),
                            algorithm),
                    "cublasGemmEx");
        } else {
            CublasCodes.check(
                    JCublas2.cublasGemmStridedBatchedEx_new(
                            handle,
                            p.operationA(),
                            p.operationB(),
                            p.m(),
                            p.n(),
                            p.k(),
                            one,
                            pa,
                            t,
                            (int) a.leading(),
                            a.distance(),
                            pb,
                            t,
                            (int) b.leading(),
                            b.distance(),
                            zero,
                            pc,
                            t,
                            (int) c.leading(),
                            c.distance(),
                            p.count(),
                            p.compute(),
                            algorithm),
                    "cublasGemmStridedBatchedEx");
        }
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
