package io.gatun.tensor;

import java.util.Arrays;

/**
 * The product of several matrices, bracketed so that it takes the fewest multiplications.
 *
 * <p>{@code cost[i][j]} is that of the product of matrices i to j: the least, over the places k to split it at, of both
 * halves' costs and the last product's; from short pieces to long ones. Cormen, Leiserson, Rivest and Stein,
 * <em>Introduction to Algorithms</em>, "Matrix-chain multiplication".
 */
final class MatrixChain {
    private final Tensor[] matrices;
    private final int[][] split;

    private MatrixChain(Tensor... matrices) {
        this.matrices = matrices;
        this.split = new int[matrices.length][matrices.length];
        double[][] cost = new double[matrices.length][matrices.length];
        for (int length = 1; length < matrices.length; length++) {
            for (int i = 0; i + length < matrices.length; i++) {
                int j = i + length;
                cost[i][j] = Double.POSITIVE_INFINITY;
                for (int k = i; k < j; k++) {
                    double last = (double) matrices[i].size(0) * matrices[k].size(1) * matrices[j].size(1);
                    double whole = cost[i][k] + cost[k + 1][j] + last;
                    if (whole < cost[i][j]) {
                        cost[i][j] = whole;
                        split[i][j] = k;
                    }
                }
            }
        }
    }

    static Tensor multiDot(Tensor... matrices) {
        int last = matrices.length - 1;
        if (last < 1) {
            throw new ShapeException("multiDot: it takes two matrices or more, not " + matrices.length);
        }
        Tensor[] chain = matrices.clone();
        boolean row = chain[0].dim() == 1;
        boolean column = chain[last].dim() == 1;
        chain[0] = row ? chain[0].unsqueeze(0) : chain[0];
        chain[last] = column ? chain[last].unsqueeze(1) : chain[last];
        Tensor product = product("multiDot", chain);
        product = column ? product.squeeze(1) : product;
        return row ? product.squeeze(0) : product;
    }

    static Tensor chainMatmul(Tensor... matrices) {
        if (matrices.length == 0) {
            throw new ShapeException("chainMatmul: it takes one matrix or more");
        }
        return product("chainMatmul", matrices.clone());
    }

    private static Tensor product(String operator, Tensor... chain) {
        for (int i = 0; i < chain.length; i++) {
            if (chain[i].dim() != 2 || i > 0 && chain[i - 1].size(1) != chain[i].size(0)) {
                String shapes =
                        Arrays.toString(Arrays.stream(chain).map(Tensor::shape).toArray());
                throw new ShapeException(operator + ": shapes " + shapes + " do not fit: number " + i
                        + " must be a matrix, with as many rows as the one before has columns");
            }
        }
        return new MatrixChain(chain).product(0, chain.length - 1);
    }

    private Tensor product(int first, int last) {
        if (first == last) {
            return matrices[first];
        }
        int k = split[first][last];
        return product(first, k).matmul(product(k + 1, last));
    }
}
