package io.gatun.tensor;

import java.util.ArrayList;
import java.util.List;

/** Tensors cut along a dimension by number of pieces, or by the places of the cuts: views. */
final class Splits {
    private Splits() {}

    static int horizontal(Tensor x) {
        Rearrangements.requireRank("hsplit", x, 1);
        return x.dim() == 1 ? 0 : 1;
    }

    static List<Tensor> sections(String operator, Tensor x, long sections, int dim, boolean equal) {
        Rearrangements.requireRank(operator, x, 1);
        int at = x.shape().normalise(operator, dim);
        long size = x.size(at);
        if (sections < 1 || equal && size % sections != 0) {
            throw new ShapeException(operator + ": size " + size + " of dimension " + at + " of shape " + x.shape()
                    + " cannot be split into " + sections + (equal ? " equal" : "") + " sections");
        }
        List<Tensor> pieces = new ArrayList<>();
        long start = 0;
        for (long i = 0; i < sections; i++) {
            long length = size / sections + (i < size % sections ? 1 : 0);
            pieces.add(x.narrow(at, start, length));
            start += length;
        }
        return List.copyOf(pieces);
    }

    static List<Tensor> atIndices(String operator, Tensor x, long[] indices, int dim) {
        Rearrangements.requireRank(operator, x, 1);
        int at = x.shape().normalise(operator, dim);
        List<Tensor> pieces = new ArrayList<>();
        long start = 0;
        for (long end : indices) {
            pieces.add(x.slice(at, start, end, 1));
            start = end;
        }
        pieces.add(x.slice(at, start, Long.MAX_VALUE, 1));
        return List.copyOf(pieces);
    }
}
