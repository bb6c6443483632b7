package io.gatun.tensor;

import io.gatun.tensor.op.ReduceKind;

/** Norms of matrices, from sums of absolute values and from singular values. */
final class MatrixNorms {
    private MatrixNorms() {}

    static Tensor of(Tensor x, String ord, Axes dims, boolean keepDim) {
        return switch (ord) {
            case "fro" -> x.norm(2, pair(x, dims), keepDim);
            case "nuc" -> kept(singularValues(x, pair(x, dims)).sum(-1), x, pair(x, dims), keepDim);
            default ->
                throw new ValueException(
                        "matrixNorm: there is no norm \"" + ord + "\": take \"fro\", \"nuc\"" + " or a number");
        };
    }

    static Tensor of(Tensor x, double ord, Axes dims, boolean keepDim) {
        Axes pair = pair(x, dims);
        double size = Math.abs(ord);
        if (size == 2) {
            Tensor values = singularValues(x, pair);
            return kept(ord > 0 ? values.amax(-1) : values.amin(-1), x, pair, keepDim);
        }
        if (size != 1 && !Double.isInfinite(size)) {
            throw new ValueException("matrixNorm: there is no norm " + ord + " of a matrix: take 1, 2 or"
                    + " infinity, or their negatives; norm(p) is that of all elements");
        }
        Axes summed = Axes.of(pair.get(size == 1 ? 0 : 1));
        Axes compared = Axes.of(pair.get(size == 1 ? 1 : 0));
        Tensor sums = x.norm(1, summed, true);
        Tensor extreme = Reductions.reduce(ord > 0 ? ReduceKind.AMAX : ReduceKind.AMIN, sums, compared, true);
        return keepDim ? extreme : dropped(extreme, pair);
    }

    private static Axes pair(Tensor x, Axes dims) {
        if (dims.count() != 2 || x.dim() < 2) {
            throw new ShapeException("matrixNorm: shape " + x.shape() + " with dimensions " + dims
                    + " is no matrix: it takes two dimensions");
        }
        return dims.normalise("matrixNorm", x.shape());
    }

    private static Tensor singularValues(Tensor x, Axes pair) {
        int[] order = new int[x.dim()];
        int at = 0;
        for (int i = 0; i < order.length; i++) {
            if (!pair.contains(i)) {
                order[at++] = i;
            }
        }
        order[at] = pair.get(0);
        order[at + 1] = pair.get(1);
        return x.permute(order).svdvals();
    }

    private static Tensor kept(Tensor norms, Tensor x, Axes pair, boolean keepDim) {
        return keepDim ? norms.reshape(x.shape().with(pair.get(0), 1).with(pair.get(1), 1)) : norms;
    }

    private static Tensor dropped(Tensor norms, Axes pair) {
        Axes ascending = pair.sorted();
        return norms.squeeze(ascending.get(1)).squeeze(ascending.get(0));
    }
}
