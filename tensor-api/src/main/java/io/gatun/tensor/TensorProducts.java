package io.gatun.tensor;

import io.gatun.tensor.op.OpRules;

/** Products of tensors of any rank that are no matrix products as they stand, but rearranged ones, or none. */
final class TensorProducts {
    private TensorProducts() {}

    static Tensor inner(Tensor a, Tensor b) {
        if (a.dim() == 0 || b.dim() == 0) {
            return a.mul(b);
        }
        if (a.size(-1) != b.size(-1)) {
            throw new ShapeException("inner: shapes " + a.shape() + " and " + b.shape() + " have last dimensions of "
                    + a.size(-1) + " and " + b.size(-1) + ", which must be equal");
        }
        return tensordot(a, b, new int[] {-1}, new int[] {-1});
    }

    /** (m, 1, n, 1) times (1, p, 1, q) is (m, p, n, q), and in row-major order (mp, nq). */
    static Tensor kron(Tensor a, Tensor b) {
        int rank = Math.max(a.dim(), b.dim());
        long[] left = new long[2 * rank];
        long[] right = new long[2 * rank];
        long[] both = new long[rank];
        for (int i = 0; i < rank; i++) {
            int inA = i - (rank - a.dim());
            int inB = i - (rank - b.dim());
            left[2 * i] = inA < 0 ? 1 : a.size(inA);
            left[2 * i + 1] = 1;
            right[2 * i] = 1;
            right[2 * i + 1] = inB < 0 ? 1 : b.size(inB);
            both[i] = left[2 * i] * right[2 * i + 1];
        }
        return a.reshape(left).mul(b.reshape(right)).reshape(both);
    }

    static Tensor tensordot(Tensor a, Tensor b, int dims) {
        if (dims < 0 || dims > a.dim() || dims > b.dim()) {
            throw new ShapeException("tensordot: shapes " + a.shape() + " and " + b.shape()
                    + " cannot be contracted over " + dims + " dimensions");
        }
        int[] last = new int[dims];
        int[] first = new int[dims];
        for (int i = 0; i < dims; i++) {
            last[i] = a.dim() - dims + i;
            first[i] = i;
        }
        return tensordot(a, b, last, first);
    }

    /** Each operand permuted to (own, contracted) and (contracted, own), and flattened: one matrix product. */
    static Tensor tensordot(Tensor a, Tensor b, int[] dimsA, int[] dimsB) {
        if (dimsA.length != dimsB.length) {
            throw new ShapeException(
                    "tensordot: shapes " + a.shape() + " and " + b.shape() + " are to be contracted over "
                            + dimsA.length + " and " + dimsB.length + " dimensions: name as many of each");
        }
        if (dimsA.length > 0 && (a.dim() == 0 || b.dim() == 0)) { // a number has a dimension 0 to be named
            return tensordot(a.atleast1d(), b.atleast1d(), dimsA, dimsB);
        }
        Axes left = Axes.of(dimsA).normalise("tensordot", a.shape());
        Axes right = Axes.of(dimsB).normalise("tensordot", b.shape());
        Tensor x = a;
        Tensor y = b;
        for (int i = 0; i < left.count(); i++) {
            long sizeA = a.size(left.get(i));
            long sizeB = b.size(right.get(i));
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1) {
                throw new ShapeException("tensordot: dimension " + left.get(i) + " of shape " + a.shape()
                        + " and dimension " + right.get(i) + " of shape " + b.shape() + " are contracted, but " + sizeA
                        + " and " + sizeB + " differ");
            }
            x = sizeA != sizeB && sizeB == 1 ? x.sum(left.get(i), true) : x;
            y = sizeA != sizeB && sizeA == 1 ? y.sum(right.get(i), true) : y;
        }
        Shape ownA = without(x.shape(), left);
        Shape ownB = without(y.shape(), right);
        Tensor rows = x.permute(order(x.dim(), left, false));
        Tensor columns = y.permute(order(y.dim(), right, true));
        long inner = 1;
        for (int i = 0; i < left.count(); i++) {
            inner *= x.size(left.get(i));
        }
        return rows.reshape(ownA.numel(), inner)
                .matmul(columns.reshape(inner, ownB.numel()))
                .reshape(ownA.concat(ownB));
    }

    private static Shape without(Shape shape, Axes axes) {
        Shape rest = shape;
        for (int i = axes.count() - 1; i >= 0; i--) {
            rest = rest.without(axes.sorted().get(i));
        }
        return rest;
    }

    /** All dimensions in order, those of {@code axes} moved to one end in their own order. */
    private static int[] order(int rank, Axes axes, boolean front) {
        int[] order = new int[rank];
        int at = front ? axes.count() : 0;
        for (int i = 0; i < rank; i++) {
            if (!axes.contains(i)) {
                order[at++] = i;
            }
        }
        System.arraycopy(axes.toArray(), 0, order, front ? 0 : at, axes.count());
        return order;
    }

    /** Element i is a(i+1)·b(i+2) - a(i+2)·b(i+1), counted modulo 3. */
    static Tensor cross(Tensor a, Tensor b, int dim) {
        if (a.dim() != b.dim()) {
            throw new ShapeException(
                    "cross: shapes " + a.shape() + " and " + b.shape() + " must have the same number of dimensions");
        }
        int at = a.shape().normalise("cross", dim);
        if (a.dim() == 0 || a.size(at) != 3 || b.size(at) != 3) {
            throw new ShapeException("cross: shapes " + a.shape() + " and " + b.shape()
                    + " must have size 3 at dimension " + dim + ": only there is a cross product");
        }
        OpRules.notBool("cross", Promotion.of(a, b));
        Tensor forth = a.roll(-1, at).mul(b.roll(-2, at));
        return forth.sub(a.roll(-2, at).mul(b.roll(-1, at)));
    }
}
