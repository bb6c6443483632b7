package io.gatun.tensor;

import java.util.List;
import java.util.function.UnaryOperator;

/** Matrices by their diagonals and triangles, and copies changed in a part that a view names. */
final class Diagonals {
    private Diagonals() {}

    static Tensor diag(Tensor x, long diagonal) {
        return switch (x.dim()) {
            case 1 -> x.diagEmbed(diagonal, 0, 1);
            case 2 -> x.diagonal(diagonal, 0, 1).clone();
            default -> throw new ShapeException("diag: shape " + x.shape() + " must have one or two dimensions");
        };
    }

    static Tensor embed(Tensor x, long offset, int dim1, int dim2) {
        Rearrangements.requireRank("diagEmbed", x, 1);
        Shape rest = x.shape().slice(0, x.dim() - 1);
        long size = x.size(-1) + Math.abs(offset);
        Shape like = rest.concat(Shape.of(size, size)); // of the result's rank, for the dimensions' numbers
        int a = like.normalise("diagEmbed", dim1);
        int b = like.normalise("diagEmbed", dim2);
        if (a == b) {
            throw new ShapeException("diagEmbed: dimensions " + dim1 + " and " + dim2 + " are the same");
        }
        long[] sizes = new long[x.dim() + 1];
        int next = 0;
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = i == a || i == b ? size : rest.size(next++);
        }
        Tensor zeros = Tensor.zeros(Shape.of(sizes), x.dtype(), x.device());
        zeros.diagonal(offset, a, b).copy_(x);
        return zeros;
    }

    static Tensor with(String operator, Tensor x, Tensor source, UnaryOperator<Tensor> part) {
        Tensor result = x.clone();
        Tensor target = part.apply(result);
        if (!target.shape().equals(source.shape())) {
            throw new ShapeException(
                    operator + ": the source has shape " + source.shape() + ", expected " + target.shape());
        }
        Elementwise.assign(operator, target, source);
        return result;
    }

    static Tensor fill(Tensor x, double value) {
        boolean cube = x.dim() >= 2;
        for (int i = 1; cube && x.dim() > 2 && i < x.dim(); i++) {
            cube = x.size(i) == x.size(0);
        }
        if (!cube) {
            throw new ShapeException(
                    "fillDiagonal_: shape " + x.shape() + " is neither a matrix nor has dimensions of one size");
        }
        Tensor diagonal = x;
        while (diagonal.dim() > 1) {
            diagonal = diagonal.diagonal(0, 0, diagonal.dim() - 1);
        }
        diagonal.fill_(value);
        return x;
    }

    static Tensor vandermonde(Tensor x, long n, boolean increasing) {
        if (x.dim() != 1 || n < 0) {
            throw new ShapeException(
                    "vander: shape " + x.shape() + " and n = " + n + ": wants one dimension and n not negative");
        }
        Tensor column = Reductions.accumulable(x).unsqueeze(1);
        Tensor one = Tensor.onesLike(column);
        if (n <= 1) {
            return one.narrow(1, 0, n).clone();
        }
        Tensor powers =
                Tensor.cat(List.of(one, column.expand(x.numel(), n - 1)), 1).cumprod(1);
        return increasing ? powers : powers.flip(1);
    }

    /** (2, count): the positions of a triangle, row by row. */
    static Tensor triangleIndices(String operator, long rows, long columns, long offset, boolean lower) {
        if (rows < 0 || columns < 0) {
            throw new ShapeException(operator + ": " + rows + " rows and " + columns + " columns: not negative");
        }
        Tensor all = Tensor.ones(Shape.of(rows, columns), DType.U8);
        return (lower ? all.tril(offset) : all.triu(offset)).nonzero().t().contiguous();
    }
}
