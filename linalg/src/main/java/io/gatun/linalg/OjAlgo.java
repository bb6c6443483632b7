package io.gatun.linalg;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.decomposition.LU;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;
import org.ojalgo.structure.Access2D;

/**
 * The decompositions of ojAlgo, of one dense real matrix. Matrices are row-major, and arguments are left as they are
 * unless they are said to be results. None is empty.
 *
 * <p>Among the pure-Java libraries it was taken because it is a named module with no dependencies (EJML and Hipparchus
 * are automatic modules named after their files, which no published module can require), because its QR has LAPACK's
 * signs, and because its SVD was as accurate as EJML's on random, graded, rank-deficient and defective matrices, and
 * faster. Its iterations compare with absolute thresholds, though, so matrices are brought to a largest element between
 * 1 and 2 first, by a power of two, which is exact.
 */
final class OjAlgo {
    private OjAlgo() {}

    /**
     * L·Lᵀ = A.
     *
     * @param n the order
     * @param a A, of which the lower triangle is read
     * @param l the result, with zeros above the diagonal
     * @return 0, or the order of the first leading minor that is not positive definite
     */
    static int cholesky(int n, double[] a, double[] l) {
        Cholesky<Double> decomposition = Cholesky.R064.make();
        if (!isPositiveDefinite(decomposition, n, n, a)) {
            return firstMinor(decomposition, n, a);
        }
        MatrixStore<Double> factor = decomposition.getL();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                l[i * n + j] = factor.doubleValue(i, j);
            }
        }
        return 0;
    }

    private static boolean isPositiveDefinite(Cholesky<Double> decomposition, int order, int n, double[] a) {
        for (int i = 0; i < order; i++) {
            for (int j = 0; j <= i; j++) {
                if (!Double.isFinite(a[i * n + j])) {
                    return false;
                }
            }
        }
        return decomposition.decompose(store(order, order, n, a)) && decomposition.isSPD();
    }

    /** The library does not say how far it came. If a minor is not positive definite, no larger one is: a binary search. */
    private static int firstMinor(Cholesky<Double> decomposition, int n, double[] a) {
        int definite = 0;
        int not = n;
        while (not - definite > 1) {
            int middle = (definite + not) / 2;
            if (isPositiveDefinite(decomposition, middle, n, a)) {
                definite = middle;
            } else {
                not = middle;
            }
        }
        return not;
    }

    /**
     * L·U = A with rows exchanged so that no multiplier is larger than 1.
     *
     * @param n the order
     * @param a A
     * @param lu the result: U with its diagonal, and below it L, whose diagonal of ones is not stored
     * @param rows the result: which row of A each row of L·U is
     */
    static void lu(int n, double[] a, double[] lu, int[] rows) {
        LU<Double> decomposition = LU.R064.make();
        decomposition.decompose(store(n, n, n, a));
        MatrixStore<Double> lower = decomposition.getL();
        MatrixStore<Double> upper = decomposition.getU();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                lu[i * n + j] = j < i ? lower.doubleValue(i, j) : upper.doubleValue(i, j);
            }
        }
        System.arraycopy(decomposition.getPivotOrder(), 0, rows, 0, n);
    }

    /**
     * Q·R = A by Householder's reflections, with the signs that LAPACK's {@code geqrf} gives.
     *
     * @param m the rows of A
     * @param n the columns of A
     * @param a A
     * @param complete whether Q is (m, m) and R (m, n), or (m, k) and (k, n) for k the smaller of m and n
     * @param q the result Q
     * @param r the result R, with zeros below the diagonal
     */
    static void qr(int m, int n, double[] a, boolean complete, double[] q, double[] r) {
        int k = complete ? m : Math.min(m, n);
        QR<Double> decomposition = QR.R064.make(complete);
        decomposition.decompose(store(m, n, n, a));
        copy(decomposition.getQ(), m, k, q);
        MatrixStore<Double> upper = decomposition.getR();
        for (int i = 0; i < Math.min(k, n); i++) {
            for (int j = i; j < n; j++) {
                r[i * n + j] = upper.doubleValue(i, j);
            }
        }
    }

    /**
     * U·diag(S)·Vᵀ = A.
     *
     * @param m the rows of A
     * @param n the columns of A
     * @param a A, all of it finite
     * @param full whether U is (m, m) and Vᵀ (n, n), or (m, k) and (k, n) for k the smaller of m and n
     * @param u the result U
     * @param s the result S, k numbers, the largest first
     * @param vt the result Vᵀ
     * @return whether the iteration converged
     */
    static boolean svd(int m, int n, double[] a, boolean full, double[] u, double[] s, double[] vt) {
        int k = Math.min(m, n);
        int exponent = exponent(a);
        SingularValue<Double> decomposition = SingularValue.R064.make(full);
        if (!decomposition.decompose(store(m, n, n, scaled(a, -exponent)))) {
            return false;
        }
        for (int i = 0; i < k; i++) {
            s[i] = Math.scalb(decomposition.getSingularValues().doubleValue(i), exponent);
        }
        copy(decomposition.getU(), m, full ? m : k, u);
        copy(decomposition.getV().transpose(), full ? n : k, n, vt);
        return true;
    }

    /**
     * V·diag(W)·Vᵀ = A.
     *
     * @param n the order
     * @param a A, symmetric and all of it finite
     * @param w the result W, the smallest first
     * @param v the result V, an eigenvector each column
     * @return whether the iteration converged
     */
    static boolean eigh(int n, double[] a, double[] w, double[] v) {
        int exponent = exponent(a);
        Eigenvalue<Double> decomposition = Eigenvalue.R064.make(true);
        if (!decomposition.decompose(store(n, n, n, scaled(a, -exponent)))) {
            return false;
        }
        MatrixStore<Double> values = decomposition.getD();
        MatrixStore<Double> vectors = decomposition.getV();
        int[] ascending = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values.doubleValue(i, i)))
                .mapToInt(i -> i)
                .toArray();
        for (int j = 0; j < n; j++) {
            w[j] = Math.scalb(values.doubleValue(ascending[j], ascending[j]), exponent);
            for (int i = 0; i < n; i++) {
                v[i * n + j] = vectors.doubleValue(i, ascending[j]);
            }
        }
        return true;
    }

    /** That of the largest element, 0 if all are zero. */
    private static int exponent(double[] a) {
        double largest = Arrays.stream(a).map(Math::abs).max().orElse(0);
        return largest == 0 ? 0 : Math.getExponent(largest);
    }

    private static double[] scaled(double[] a, int exponent) {
        return Arrays.stream(a).map(value -> Math.scalb(value, exponent)).toArray();
    }

    /** The first rows and columns of a row-major matrix whose rows are {@code stride} long. */
    private static MatrixStore<Double> store(int rows, int columns, int stride, double[] a) {
        R064Store store = R064Store.FACTORY.make(rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                store.set(i, j, a[i * stride + j]);
            }
        }
        return store;
    }

    private static void copy(Access2D<Double> from, int rows, int columns, double[] to) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[i * columns + j] = from.doubleValue(i, j);
            }
        }
    }
}
