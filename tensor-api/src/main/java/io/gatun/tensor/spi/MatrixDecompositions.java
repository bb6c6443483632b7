package io.gatun.tensor.spi;

/**
 * The decompositions of one dense real matrix in host memory: a service that gatun-linalg provides. Where no backend
 * claims an operator of linear algebra, it is computed with these, matrix by matrix, in double; without a provider on the
 * path those operators are refused.
 *
 * <p>Matrices are row-major, and arguments are left as they are unless they are said to be results. None is empty.
 * Called from any thread.
 */
public interface MatrixDecompositions {
    /**
     * L·Lᵀ = A.
     *
     * @param n the order
     * @param a A, of which the lower triangle is read
     * @param l the result, with zeros above the diagonal
     * @return 0, or the order of the first leading minor that is not positive definite
     */
    int cholesky(int n, double[] a, double[] l);

    /**
     * L·U = A with rows exchanged so that no multiplier is larger than 1.
     *
     * @param n the order
     * @param a A
     * @param lu the result: U with its diagonal, and below it L, whose diagonal of ones is not stored
     * @param rows the result: which row of A each row of L·U is
     */
    void lu(int n, double[] a, double[] lu, int[] rows);

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
    void qr(int m, int n, double[] a, boolean complete, double[] q, double[] r);

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
    boolean svd(int m, int n, double[] a, boolean full, double[] u, double[] s, double[] vt);

    /**
     * V·diag(W)·Vᵀ = A.
     *
     * @param n the order
     * @param a A, symmetric and all of it finite
     * @param w the result W, the smallest first
     * @param v the result V, an eigenvector each column
     * @return whether the iteration converged
     */
    boolean eigh(int n, double[] a, double[] w, double[] v);
}
