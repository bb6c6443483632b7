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
     * Matrices at equal distances, column-major as cuBLAS has it; the leading dimension and the distance in elements. Set anew for
     * each product.
     */
    final class Matrices {
        private long address;
        private boolean transposed;
        private long leading;
        private long distance;

        /** @param transposed whether what is meant is each one's transpose */
        void set(long address, boolean transposed, long leading, long distance) {
            this.address = address;
            this.transposed = transposed;
            this.leading = leading;
            this.distance = distance;
        }

        long address() {
            return address;
        }

        long leading() {
            return leading;
        }

        long distance() {
            return distance;
        }
    }

    /**
     * Some products C = A·B: A (m, k), B (k, n), C (m, n), which is not transposed. F16 and BF16 accumulate in F32, F32 in true F32
     * unless TF32 is allowed. One object serves for many.
     */
    final class Product {
        private final Matrices a = new Matrices();
        private final Matrices b = new Matrices();
        private final Matrices c = new Matrices();
        private final boolean tf32;
        private Type type = Type.F32;
        private int m;
        private int n;
        private int k;
        private int count;

        Product(boolean tf32) {
            this.tf32 = tf32;
        }

        /** Sets all but the matrices. */
        void set(Type type, int m, int n, int k, int count) {
            this.type = type;
            this.m = m;
            this.n = n;
            this.k = k;
            this.count = count;
        }

        Matrices a() {
            return a;
        }

        Matrices b() {
            return b;
        }

        Matrices c() {
            return c;
        }

        Type type() {
            return type;
        }

        int m() {
            return m;
        }

        int n() {
            return n;
        }

        int k() {
            return k;
        }

        int count() {
            return count;
        }

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
