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
        Products.require("bmm", (Tensor) this, 3, other, 3);
        Products.requireBatch((Tensor) this, other);
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

    /** The outer product of two vectors, (m)·(n) to (m, n). */
    default Tensor outer(Tensor other) {
        Products.require("outer", (Tensor) this, 1, other, 1);
        return ((Tensor) this).unsqueeze(1).mul(other);
    }

    /** {@code this + a·b}, broadcast. */
    default Tensor addmm(Tensor a, Tensor b) {
        return addmm(a, b, 1, 1);
    }

    /** {@code beta * this + alpha * a·b}, broadcast. */
    default Tensor addmm(Tensor a, Tensor b, double beta, double alpha) {
        Tensor product = a.mm(b);
        Tensor scaled = alpha == 1 ? product : product.mul(alpha);
        Tensor x = (Tensor) this;
        return (beta == 1 ? x : x.mul(beta)).add(scaled);
    }
}
