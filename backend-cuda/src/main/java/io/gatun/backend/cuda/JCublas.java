package io.gatun.backend.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasPointerMode;

/** cuBLAS 12, through JCuda. */
final class JCublas implements Cublas {
    private final Handle handle = new Handle();
    private final MemorySegment setStream;

    /** A handle for the device whose context is current. JCuda makes no stream of an address, so {@code library} sets it. */
    JCublas(NativeLibrary library) {
        this.setStream = library.function("cublasSetStream_v2");
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
        ForeignCublas.setStream(setStream, handle.address(), stream);
        CublasCodes.check(
                JCublas2.cublasSetWorkspace(handle, Address.device(workspace), workspaceBytes), "cublasSetWorkspace");
    }

    @Override
    public void gemm(
            Type type,
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            long a,
            long aLeading,
            long aDistance,
            long b,
            long bLeading,
            long bDistance,
            long c,
            long cLeading,
            long cDistance,
            int count,
            boolean tf32) {
        int opA = CublasCodes.operation(transposeA);
        int opB = CublasCodes.operation(transposeB);
        int t = type.code;
        int compute = CublasCodes.compute(type, tf32);
        int algorithm = CublasCodes.DEFAULT_ALGORITHM;
        Pointer one = Address.host(CublasScalars.one(type));
        Pointer zero = Address.host(CublasScalars.zero());
        Pointer pa = Address.device(a);
        Pointer pb = Address.device(b);
        Pointer pc = Address.device(c);
        if (!CublasCodes.fits(aLeading, bLeading, cLeading)) {
            CublasCodes.check(
                    JCublas2.cublasGemmStridedBatchedEx_64_new(
                            handle, opA, opB, m, n, k, one, pa, t, aLeading, aDistance, pb, t, bLeading, bDistance,
                            zero, pc, t, cLeading, cDistance, count, compute, algorithm),
                    "cublasGemmStridedBatchedEx_64");
        } else if (count == 1) {
            CublasCodes.check(
                    JCublas2.cublasGemmEx_new(
                            handle,
                            opA,
                            opB,
                            m,
                            n,
                            k,
                            one,
                            pa,
                            t,
                            (int) aLeading,
                            pb,
                            t,
                            (int) bLeading,
                            zero,
                            pc,
                            t,
                            (int) cLeading,
                            compute,
                            algorithm),
                    "cublasGemmEx");
        } else {
            CublasCodes.check(
                    JCublas2.cublasGemmStridedBatchedEx_new(
                            handle,
                            opA,
                            opB,
                            m,
                            n,
                            k,
                            one,
                            pa,
                            t,
                            (int) aLeading,
                            aDistance,
                            pb,
                            t,
                            (int) bLeading,
                            bDistance,
                            zero,
                            pc,
                            t,
                            (int) cLeading,
                            cDistance,
                            count,
                            compute,
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
