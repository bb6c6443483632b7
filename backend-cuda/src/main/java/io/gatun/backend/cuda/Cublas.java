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

    /**
     * Matrices at equal distances, column-major as cuBLAS has it; the leading dimension and the distance in elements.
     *
     * @param transposed whether what is meant is each one's transpose
     */
    record Matrices(long address, boolean transposed, long leading, long distance) {}

    /**
     * {@code count} products C = A·B: A (m, k), B (k, n), C (m, n), which is not transposed. F16 and BF16 accumulate in F32, F32
     * in true F32 unless {@code tf32}.
     */
    record Product(Type type, int m, int n, int k, Matrices a, Matrices b, Matrices c, int count, boolean tf32) {
        int operationA() {
            return CublasCodes.operation(a.transposed);
        }

        int operationB() {
            return CublasCodes.operation(b.transposed);
        }

        /** What it is computed in. */
        int compute() {
            return CublasCodes.compute(type, tf32);
        }

        /** Whether leading dimensions fit the functions that take 32 bits. */
        boolean isSmall() {
            return Math.max(Math.max(a.leading, b.leading), c.leading) <= Integer.MAX_VALUE;
        }
    }

    /** cuBLAS's version, {@code 12.6.4}. */
    String version();

    /** Queues what follows on {@code stream} (a CUstream's address), with this workspace. */
    void setStream(long stream, long workspace, long workspaceBytes);

    /** Queues products. */
    void multiply(Product product);

    @Override
    void close();
}
