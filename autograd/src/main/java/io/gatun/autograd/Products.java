package io.gatun.autograd;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradients of products along dimensions. The textbook's g·y/x divides by zero exactly where gradients of products are
 * interesting: with one zero among the factors the others' gradients vanish and its own does not. What is computed
 * instead are products of all the <em>other</em> factors, with no division, so that zeros, one or several, are factors
 * like others, to every order.
 */
final class Products {
    private Products() {}

    /**
     * The gradient of {@code x.prod(axes, keepDims)}: for each element g times the product of those before it and of
     * those after it.
     *
     * @param g of the shape of the product with kept dimensions
     */
    static Tensor gradient(Tensor x, Tensor g, Axes axes) {
        if (axes.count() == 0 || x.numel() == 0) {
            return g.expand(x.shape());
        }
        int[] order = new int[x.dim()];
        int outer = 0;
        for (int i = 0; i < x.dim(); i++) {
            if (!axes.contains(i)) {
                order[outer++] = i;
            }
        }
        for (int i = 0; i < axes.count(); i++) {
            order[outer + i] = axes.get(i);
        }
        Tensor factors = x.permute(order).flatten(outer); // one dimension of factors, the last
        return g.mul(others(factors)
                .reshape(permuted(x.shape(), order))
                .permute(Axes.of(order).inverse().toArray()));
    }

    /** For each element the product of the others along the last dimension: (a, b, c) to (bc, ac, ab). */
    static Tensor others(Tensor x) {
        return productsBefore(x).mul(productsBefore(x.flip(-1)).flip(-1));
    }

    private static Shape permuted(Shape shape, int[] order) {
        long[] sizes = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            sizes[i] = shape.size(order[i]);
        }
        return Shape.of(sizes);
    }

    /** For each element the product of those before it along the last dimension: (a, b, c) to (1, a, ab). */
    private static Tensor productsBefore(Tensor x) {
        Tensor ones = Tensor.ones(x.shape().with(-1, 1), x.dtype(), x.device());
        return Tensor.cat(List.of(ones, x.narrow(-1, 0, x.size(-1) - 1)), -1).cumprod(-1);
    }

    /** The gradient of {@code cumsum}: each element is in the sums from its own place on. */
    static Tensor reversedSums(Tensor g, int dim) {
        return g.flip(dim).cumsum(dim).flip(dim);
    }

    /**
     * The gradient of {@code y = x.cumprod(dim)}. Without zeros it is reversedSums(g·y)/x. With zeros, element i gets the
     * product of the factors before it times s(i), where s(i) = g(i) + x(i+1)·s(i+1) collects what comes after: one step
     * an index, but exact.
     */
    static Tensor cumulativeGradient(Tensor x, Tensor y, Tensor g, int dim) {
        if (x.ne(0).all().itemBoolean()) {
            return reversedSums(g.mul(y), dim).div(x);
        }
        int last = Math.toIntExact(x.size(dim)) - 1;
        List<Tensor> after = new ArrayList<>();
        Tensor sum = g.select(dim, last);
        after.add(sum);
        for (int i = last - 1; i >= 0; i--) {
            sum = g.select(dim, i).add(x.select(dim, i + 1L).mul(sum));
            after.add(sum);
        }
        Tensor before = productsBefore(x.transpose(dim, -1)).transpose(dim, -1);
        return before.mul(Tensor.stack(after.reversed(), dim));
    }
}
