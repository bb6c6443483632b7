package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import org.jspecify.annotations.Nullable;

/**
 * Solving and decomposing matrices. A tensor (..., m, n) is a batch of matrices; results have the same leading dimensions.
 * Names are those of PyTorch's methods, behaviour is that of {@code torch.linalg} where the two differ.
 *
 * <p>All are defined for {@code F32} and {@code F64}; others are refused, with a {@link DTypeException}, as PyTorch does
 * on the CPU. A backend may compute them itself; otherwise they are computed on the host, in double and rounded once, by
 * the artifact gatun-linalg, without which they are refused with a {@link BackendException}. What depends on values (a
 * matrix is singular, or not positive definite) is refused with a {@link ValueException} that says which of the batch.
 * Results are new tensors, never views. Batches may be empty, and matrices, too.
 */
public sealed interface DecompositionOps permits Tensor {
    /**
     * The inverses of square matrices.
     *
     * @throws ValueException if one is singular: {@link #pinv()} takes it
     */
    default Tensor inverse() {
        return Matrices.one(new Op.Inverse(), (Tensor) this);
    }

    /** The determinants of square matrices, (..., n, n) to (...). That of a matrix without elements is 1. */
    default Tensor det() {
        return Matrices.one(new Op.Det(), (Tensor) this);
    }

    /** The sign of each determinant, and the logarithm of its absolute value: (..., n, n) to twice (...). */
    default SlogDet slogdet() {
        Tensor[] results = Matrices.all(new Op.SlogDet(), (Tensor) this);
        return new SlogDet(results[0], results[1]);
    }

    /** The logarithms of the determinants: negative infinity for that of 0, NaN for negative ones. */
    default Tensor logdet() {
        return Matrices.logdet((Tensor) this);
    }

    /** X with A·X = B for this A: see {@link #solve(Tensor, boolean)}. */
    default Tensor solve(Tensor b) {
        return solve(b, true);
    }

    /**
     * X with A·X = B, or X·A = B if not {@code left}, for this A (..., n, n), by LU with partial pivoting.
     *
     * @param b the right sides (..., n, k), or (..., k, n) if not {@code left}; leading dimensions broadcast. One vector
     *     a matrix, (..., n), may be given as it is, where it has the leading dimensions of A, or none
     * @return X, of the shape of {@code b}, broadcast
     * @throws ValueException if a matrix is singular
     */
    default Tensor solve(Tensor b, boolean left) {
        return Matrices.solve((Tensor) this, b, left);
    }

    /** X with A·X = B for this A, of which only the upper (or lower) triangle is read. */
    default Tensor solveTriangular(Tensor b, boolean upper) {
        return solveTriangular(b, upper, true, false);
    }

    /**
     * X with A·X = B, or X·A = B if not {@code left}, by substitution. A zero on the diagonal makes infinities, or NaN, as
     * it does in PyTorch.
     *
     * @param b (..., n, k), or (..., k, n) if not {@code left}; leading dimensions broadcast
     * @param upper whether the upper triangle of this A is read, or the lower one
     * @param left on which side of X the matrix is
     * @param unitriangular whether the diagonal is taken as ones, and not read
     */
    default Tensor solveTriangular(Tensor b, boolean upper, boolean left, boolean unitriangular) {
        return Matrices.solveTriangular((Tensor) this, b, upper, left, unitriangular);
    }

    /** X with A·X = B for this B: {@link #solveTriangular} with the operands exchanged, and A transposed if wanted. */
    default Tensor triangularSolve(Tensor a, boolean upper, boolean transpose, boolean unitriangular) {
        Tensor b = (Tensor) this;
        return transpose
                ? Matrices.transposed("triangularSolve", a).solveTriangular(b, !upper, true, unitriangular)
                : a.solveTriangular(b, upper, true, unitriangular);
    }

    /** L, lower triangular, with L·Lᵀ = A: see {@link #cholesky(boolean)}. */
    default Tensor cholesky() {
        return cholesky(false);
    }

    /**
     * The Cholesky factor of symmetric positive definite matrices: L, lower triangular, with L·Lᵀ = A; or its transpose.
     * Only the triangle of A is read that the factor is in. The gradient takes A as symmetric, and is symmetric.
     *
     * @param upper whether U = Lᵀ is wanted
     * @throws ValueException if a matrix is not positive definite; it says which leading minor is not
     */
    default Tensor cholesky(boolean upper) {
        return Matrices.one(new Op.Cholesky(upper), (Tensor) this);
    }

    /** X with A·X = this, A given by its Cholesky factor: lower triangular, or upper. */
    default Tensor choleskySolve(Tensor factor, boolean upper) {
        Tensor transposed = Matrices.transposed("choleskySolve", factor);
        Tensor lower = upper ? transposed : factor;
        return (upper ? factor : transposed).solveTriangular(lower.solveTriangular((Tensor) this, false), true);
    }

    /** Q with orthonormal columns and R upper triangular, Q·R = A: the reduced form of {@link #qr(boolean)}. */
    default Qr qr() {
        return qr(false);
    }

    /**
     * Q·R = A (..., m, n) by Householder's reflections, with the signs that LAPACK gives: a diagonal element of R may be
     * negative. Differentiable where the first min(m, n) columns are independent, and Q is not completed to more columns
     * than A has.
     *
     * @param complete whether Q is (..., m, m) and R (..., m, n), or (..., m, k) and (..., k, n) for k = min(m, n)
     */
    default Qr qr(boolean complete) {
        Tensor[] results = Matrices.all(new Op.Qr(complete), (Tensor) this);
        return new Qr(results[0], results[1]);
    }

    /** All of U, S and Vᵀ: {@link #svd(boolean)} with full matrices, PyTorch's default. */
    default Svd svd() {
        return svd(true);
    }

    /**
     * U·diag(S)·Vᵀ = A (..., m, n), U and V with orthonormal columns, the singular values descending. Singular vectors are
     * unique only up to the sign of each pair, so take gradients of what does not depend on it. Gradients through U and V
     * are infinite where singular values are equal, or zero and A is not square; those of S alone always exist.
     *
     * @param fullMatrices whether U is (..., m, m) and Vᵀ (..., n, n), or (..., m, k) and (..., k, n) for k = min(m, n);
     *     the columns and rows beyond k have no gradient
     * @throws ValueException if an element is not finite
     */
    default Svd svd(boolean fullMatrices) {
        Tensor[] results = Matrices.all(new Op.Svd(fullMatrices), (Tensor) this);
        return new Svd(results[0], results[1], results[2]);
    }

    /** The singular values, (..., m, n) to (..., min(m, n)), the largest first. */
    default Tensor svdvals() {
        return svd(false).s();
    }

    /** Eigenvalues and eigenvectors of symmetric matrices, of which the lower triangle is read: {@link #eigh(boolean)}. */
    default Eigh eigh() {
        return eigh(false);
    }

    /**
     * V·diag(λ)·Vᵀ = A for symmetric matrices, the eigenvalues ascending. The gradient takes A as symmetric; through the
     * eigenvectors it is infinite where eigenvalues are equal.
     *
     * @param upper whether the upper triangle is read, or the lower one
     * @throws ValueException if an element is not finite
     */
    default Eigh eigh(boolean upper) {
        Tensor[] results = Matrices.all(new Op.Eigh(upper), (Tensor) this);
        return new Eigh(results[0], results[1]);
    }

    /** The eigenvalues of symmetric matrices, of which the lower triangle is read, the smallest first. */
    default Tensor eigvalsh() {
        return eigh().eigenvalues();
    }

    /** The Moore-Penrose inverse with the tolerance of {@code torch.linalg.pinv}: the dtype's precision times max(m, n). */
    default Tensor pinv() {
        return pinv(null, null, false);
    }

    /**
     * The Moore-Penrose inverse, (..., m, n) to (..., n, m), by singular values, or by eigenvalues of symmetric matrices.
     * Its gradient exists where the rank does not change: G. H. Golub and V. Pereyra, "The Differentiation of
     * Pseudo-Inverses and Nonlinear Least Squares Problems Whose Variables Separate", 1973.
     *
     * @param atol singular values up to this are taken as zero; null for 0
     * @param rtol so are those up to this times the largest; null for the dtype's precision times max(m, n), or for 0 if
     *     there is a positive {@code atol}
     * @param hermitian whether the matrices are symmetric; then the lower triangle is read
     */
    default Tensor pinv(@Nullable Double atol, @Nullable Double rtol, boolean hermitian) {
        return Matrices.pinv((Tensor) this, atol, rtol, hermitian);
    }

    /** {@link #pinv()} with the tolerance of {@code torch.pinverse}: 1e-15 times the largest singular value. */
    default Tensor pinverse() {
        return pinv(null, 1e-15, false);
    }

    /** How many singular values are above the dtype's precision times max(m, n) times the largest: {@code I64} (...). */
    default Tensor matrixRank() {
        return matrixRank(null, null, false);
    }

    /** How many singular values are above the tolerances, which are those of {@link #pinv(Double, Double, boolean)}. */
    default Tensor matrixRank(@Nullable Double atol, @Nullable Double rtol, boolean hermitian) {
        return Matrices.rank((Tensor) this, atol, rtol, hermitian);
    }

    /**
     * The {@code exponent}-th power of square matrices, by repeated squaring. Of a negative one, of the inverses; of 0,
     * identities. Any dtype but bool for exponents that are not negative.
     */
    default Tensor matrixPower(long exponent) {
        return Matrices.power((Tensor) this, exponent);
    }

    /** Least squares with the default tolerance: {@link #lstsq(Tensor, Double)}. */
    default LstSq lstsq(Tensor b) {
        return lstsq(b, null);
    }

    /**
     * X that makes the sum of squares of A·X - B least for this A (..., m, n), of any rank, by singular values; the
     * results are those of PyTorch's driver {@code gelsd}. The solution is differentiable, as {@link #pinv()} is.
     *
     * @param b (..., m, k), leading dimensions broadcast; or one vector a matrix, as {@link #solve(Tensor, boolean)} says
     * @param rcond singular values up to this times the largest are taken as zero; null for the dtype's precision times
     *     max(m, n)
     */
    default LstSq lstsq(Tensor b, @Nullable Double rcond) {
        return Matrices.lstsq((Tensor) this, b, rcond);
    }

    /** {@link #matrixNorm(double, Axes, boolean)} of the last two dimensions, which are dropped. */
    default Tensor matrixNorm(double ord) {
        return matrixNorm(ord, Axes.of(-2, -1), false);
    }

    /**
     * A norm of matrices, as {@code torch.linalg.matrix_norm}: 1 and infinity, the largest sum of absolute values of a
     * column, or row; 2, the largest singular value. Negative, the smallest instead.
     *
     * @param dims the dimensions of the rows and of the columns
     */
    default Tensor matrixNorm(double ord, Axes dims, boolean keepDim) {
        return MatrixNorms.of((Tensor) this, ord, dims, keepDim);
    }

    /** {@link #matrixNorm(String, Axes, boolean)} of the last two dimensions, which are dropped. */
    default Tensor matrixNorm(String ord) {
        return matrixNorm(ord, Axes.of(-2, -1), false);
    }

    /** A norm of matrices: {@code "fro"}, the root of the sum of squares; {@code "nuc"}, the sum of singular values. */
    default Tensor matrixNorm(String ord, Axes dims, boolean keepDim) {
        return MatrixNorms.of((Tensor) this, ord, dims, keepDim);
    }
}
