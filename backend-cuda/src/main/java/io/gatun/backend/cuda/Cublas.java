package io.gatun.backend.cuda;

/** The products of matrices that cuBLAS does: through JCublas or through {@code java.lang.foreign}, whichever fits the file found. */
interface Cublas extends AutoCloseable {
    /** Element types, by cuBLAS's numbers (cudaDataType). */
    enum Type {
        F32(0),
        F64(1),
        F16(2),
        BF16(14);

        final int code;

        Type(int code) {
            this.code = code;
        }
    }

    /** cuBLAS's version, {@code 12.6.4}. */
    String version();

    /** Queues what follows on {@code stream} (a CUstream's address), with this workspace. */
    void setStream(long stream, long workspace, long workspaceBytes);

    /**
     * {@code count} products C = A·B, column-major as cuBLAS has it: A (m, k), B (k, n), C (m, n), each transposed where said,
     * leading dimensions and distances in elements; F16 and BF16 accumulate in F32, F32 in true F32 unless {@code tf32}.
     */
    void gemm(
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
            boolean tf32);

    @Override
    void close();
}
