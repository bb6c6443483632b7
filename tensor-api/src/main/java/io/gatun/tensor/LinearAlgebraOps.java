package io.gatun.tensor;

/**
 * The matrix products of {@link Tensor}. Both operands have one dtype, or are promoted; any dtype but bool.
 *
 * <p>A {@link ShapeException} names both shapes and the sizes that differ.
 */
public sealed interface LinearAlgebraOps permits Tensor {
    /**
     * The matrix product, by the ranks of the operands: (n)·(n) a number; (m, n)·(n) a vector; (n)·(n, p) a vector;
     * (m, n)·(n, p) a matrix; with more dimensions a batch of those, the leading dimensions broadcast.
     */
    default Tensor matmul(Tensor other) {
        return Products.matmul((Tensor) this, other);
    }

    /** The product of two matrices, (m, n)·(n, p). */
    default Tensor mm(Tensor other) {
        Products.require("mm", (Tensor) this, 2, other, 2);
        return matmul(other);
    }

    /** The products of two batches of matrices, (b, m, n)·(b, n, p). */
    default Tensor bmm(Tensor other) {
        Products.requireBatch("bmm", (Tensor) this, other);
        return matmul(other);
    }

    /** A matrix times a vector, (m, n)·(n). */
    default Tensor mv(Tensor vector) {
        Products.require("mv", (Tensor) this, 2, vector, 1);
        return matmul(vector);
    }

    /** The inner product of two vectors, a zero-dimensional tensor. */
    default Tensor dot(Tensor other) {
        Products.require("dot", (Tensor) this, 1, other, 1);
        return matmul(other);
    }

    /** {@link #dot} with this vector conjugated. */
    default Tensor vdot(Tensor other) {
        Products.require("vdot", (Tensor) this, 1, other, 1);
        return ((Tensor) this).conj().matmul(other);
    }

    /**
     * The sums of products along both last dimensions: (..., n) and (***, n) to (..., ***). With a number, every element
     * times it.
     */
    default Tensor inner(Tensor other) {
        return TensorProducts.inner((Tensor) this, other);
    }

    /** The outer product of two vectors, (m)·(n) to (m, n). */
    default Tensor outer(Tensor other) {
        Products.requireRanks("outer", (Tensor) this, 1, other, 1);
        return ((Tensor) this).unsqueeze(1).mul(other);
    }

    /** {@link #outer}. */
    default Tensor ger(Tensor other) {
        return outer(other);
    }

    /**
     * The Kronecker product: a block for each element of this tensor, {@code other} times that element. (m, n) and (p, q)
     * to (mp, nq); any ranks, the smaller shape filled up with ones in front. Any dtypes, promoted.
     */
    default Tensor kron(Tensor other) {
        return TensorProducts.kron((Tensor) this, other);
    }

    /**
     * Sums of products over the last {@code dims} dimensions of this tensor and the first {@code dims} of {@code other}.
     *
     * @return the remaining dimensions of this tensor, then those of {@code other}
     */
    default Tensor tensordot(Tensor other, int dims) {
        return TensorProducts.tensordot((Tensor) this, other, dims);
    }

    /**
     * Sums of products over {@code dims} of this tensor, each paired with that of {@code otherDims} at the same place;
     * sizes of 1 broadcast.
     *
     * @return the remaining dimensions of this tensor, then those of {@code other}
     */
    default Tensor tensordot(Tensor other, int[] dims, int[] otherDims) {
        return TensorProducts.tensordot((Tensor) this, other, dims, otherDims);
    }

    /** {@link #cross(Tensor, int)} along the last dimension, as {@code torch.linalg.cross}. */
    default Tensor cross(Tensor other) {
        return cross(other, -1);
    }

    /**
     * The cross products of vectors along {@code dim}, which has size 3 in both operands. Both have the same number of
     * dimensions; the others broadcast.
     */
    default Tensor cross(Tensor other, int dim) {
        return TensorProducts.cross((Tensor) this, other, dim);
    }

    /** The sum of the diagonal of a matrix, (m, n) to a number; integers are summed as {@code I64}. */
    default Tensor trace() {
        Tensor x = (Tensor) this;
        if (x.dim() != 2) {
            throw new ShapeException("trace: shape " + x.shape()
                    + " is not a matrix: use diagonal(0, -2, -1).sum(-1) for a batch of matrices");
        }
        return x.diagonal().sum();
    }

    /** {@code this + a·b}, this tensor broadcast to (m, p): see {@link #addmm(Tensor, Tensor, double, double)}. */
    default Tensor addmm(Tensor a, Tensor b) {
        return addmm(a, b, 1, 1);
    }

    /**
     * {@code beta * this + alpha * a·b} of two matrices; this tensor broadcast to the shape of the product. With a
     * {@code beta} of 0 it is not looked at, so that no NaN in it shows. For integers the factors are whole numbers.
     */
    default Tensor addmm(Tensor a, Tensor b, double beta, double alpha) {
        Products.require("addmm", a, 2, b, 2);
        return Products.add("addmm", (Tensor) this, a.matmul(b), beta, alpha);
    }

    /** {@code this + matrix·vector}. */
    default Tensor addmv(Tensor matrix, Tensor vector) {
        return addmv(matrix, vector, 1, 1);
    }

    /** {@code beta * this + alpha * matrix·vector}, as {@link #addmm(Tensor, Tensor, double, double)}. */
    default Tensor addmv(Tensor matrix, Tensor vector, double beta, double alpha) {
        Products.require("addmv", matrix, 2, vector, 1);
        return Products.add("addmv", (Tensor) this, matrix.matmul(vector), beta, alpha);
    }

    /** {@code this + a ⊗ b}, the outer product. */
    default Tensor addr(Tensor a, Tensor b) {
        return addr(a, b, 1, 1);
    }

    /** {@code beta * this + alpha * a ⊗ b} of two vectors, as {@link #addmm(Tensor, Tensor, double, double)}. */
    default Tensor addr(Tensor a, Tensor b, double beta, double alpha) {
        Products.requireRanks("addr", a, 1, b, 1);
        return Products.add("addr", (Tensor) this, a.outer(b), beta, alpha);
    }

    /** {@code this + Σ a·b} over the batch. */
    default Tensor addbmm(Tensor a, Tensor b) {
        return addbmm(a, b, 1, 1);
    }

    /**
     * {@code beta * this + alpha * Σ a·b}: the products of two batches of matrices, (b, m, n)·(b, n, p), summed to
     * (m, p); as {@link #addmm(Tensor, Tensor, double, double)}.
     */
    default Tensor addbmm(Tensor a, Tensor b, double beta, double alpha) {
        Products.requireBatch("addbmm", a, b);
        return Products.add("addbmm", (Tensor) this, Products.summed(a, b), beta, alpha);
    }

    /** {@code this + a·b} for each matrix of the batch. */
    default Tensor baddbmm(Tensor a, Tensor b) {
        return baddbmm(a, b, 1, 1);
    }

    /**
     * {@code beta * this + alpha * a·b} of two batches of matrices, (b, m, n)·(b, n, p); as
     * {@link #addmm(Tensor, Tensor, double, double)}.
     */
    default Tensor baddbmm(Tensor a, Tensor b, double beta, double alpha) {
        Products.requireBatch("baddbmm", a, b);
        return Products.add("baddbmm", (Tensor) this, a.matmul(b), beta, alpha);
    }
}
