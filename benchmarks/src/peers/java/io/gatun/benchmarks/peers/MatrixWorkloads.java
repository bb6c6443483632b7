package io.gatun.benchmarks.peers;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Matrix products, those of plain matrices beside MKL too. */
final class MatrixWorkloads {
    private static final String FAMILY = "matmul";
    private static final double BESIDE_MKL = 0.88;
    private static final double THIN = 0.9;

    private MatrixWorkloads() {}

    static List<Workload> all() {
        List<Workload> rows = new ArrayList<>();
        for (int n : new int[] {16, 64, 128, 256, 512, 1024, 2048}) {
            rows.addAll(square(n, n < 64 ? 3 : n < 512 ? 1.0 : 0.95, n < 64 ? 3 : n < 512 ? 1.0 : BESIDE_MKL));
        }
        for (int n : new int[] {512, 2048}) {
            rows.addAll(
                    both("matmul aᵀ b, " + n, 0.95, BESIDE_MKL, () -> new Product(DType.F32, n, n, n, true, false)));
            rows.addAll(
                    both("matmul a bᵀ, " + n, 0.95, BESIDE_MKL, () -> new Product(DType.F32, n, n, n, false, true)));
        }
        rows.addAll(both("matmul 4096×64 · 64×4096", THIN, THIN, () -> new Product(4096, 4096, 64)));
        rows.addAll(both("matmul 1×4096 · 4096×4096", THIN, THIN, () -> new Product(1, 4096, 4096)));
        for (int n : new int[] {512, 2048}) {
            rows.addAll(both("matmul f64, " + n, 0.9, 0.9, () -> new Product(DType.F64, n, n, n, false, false)));
        }
        rows.add(Workload.of(FAMILY, "matmul batched, 64 × (128×64 · 64×128)", 1.2, () -> {
            Tensor x = Tensor.randn(64, 128, 64);
            Tensor y = Tensor.randn(64, 64, 128);
            var p = Libtorch.copy(x);
            var q = Libtorch.copy(y);
            return Contest.operator(() -> x.bmm(y), () -> p.bmm(q));
        }));
        return rows;
    }

    private static List<Workload> square(int n, double target, double besideMkl) {
        return both("matmul " + n, target, besideMkl, () -> new Product(n, n, n));
    }

    /** The same product beside libtorch and beside MKL. */
    private static List<Workload> both(
            String name, double target, double besideMkl, java.util.function.Supplier<Product> product) {
        return List.of(
                Workload.of(FAMILY, name, target, () -> product.get().besideLibtorch()),
                new Workload(
                        FAMILY,
                        name,
                        Workload.Peer.MKL,
                        besideMkl,
                        () -> product.get().besideMkl()));
    }

    /** a b of (m, k) and (k, n), each possibly a transposed view. */
    private record Product(Tensor a, Tensor b, DType dtype, int m, int n, int k, boolean ta, boolean tb) {
        Product(int m, int n, int k) {
            this(DType.F32, m, n, k, false, false);
        }

        Product(DType dtype, int m, int n, int k, boolean ta, boolean tb) {
            this(
                    Tensor.randn(ta ? Shape.of(k, m) : Shape.of(m, k), dtype),
                    Tensor.randn(tb ? Shape.of(n, k) : Shape.of(k, n), dtype),
                    dtype,
                    m,
                    n,
                    k,
                    ta,
                    tb);
        }

        private Tensor ours() {
            return (ta ? a.t() : a).mm(tb ? b.t() : b);
        }

        Contest besideLibtorch() {
            var storedA = Libtorch.copy(a);
            var storedB = Libtorch.copy(b);
            var p = ta ? storedA.t() : storedA;
            var q = tb ? storedB.t() : storedB;
            return Contest.operator(this::ours, () -> p.mm(q));
        }

        Contest besideMkl() {
            Tensor c = Tensor.empty(Shape.of(m, n), dtype);
            var segmentA = a.memorySegment();
            var segmentB = b.memorySegment();
            var segmentC = c.memorySegment();
            Runnable theirs = dtype == DType.F64
                    ? () -> Mkl.library().multiplyDoubles(m, n, k, segmentA, segmentB, segmentC)
                    : () -> Mkl.library().multiplyFloats(m, n, k, segmentA, ta, segmentB, tb, segmentC);
            return Contest.beside(this::ours, theirs, () -> {
                theirs.run();
                return c.toDouble().toDoubleArray();
            });
        }
    }
}
