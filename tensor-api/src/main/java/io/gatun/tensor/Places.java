package io.gatun.tensor;

import java.util.List;

/** The operators of {@link IndexingOps} that are made of gathering and scattering. */
final class Places {
    private Places() {}

    /** One number for every index, in the dtype of {@code x}: nothing but the element itself takes memory. */
    static Tensor filled(Tensor x, Tensor index, Scalar value) {
        return Tensor.full(Shape.scalar(), value, x.dtype(), x.device()).expand(index.shape());
    }

    static Tensor scatterReduce(
            Tensor x, int dim, Tensor index, Tensor source, ScatterReduction reduce, boolean includeSelf) {
        Tensor start = includeSelf ? x : x.scatter(dim, index, filled(x, index, reduce.neutral(x.dtype())));
        Tensor reduced = reduce == ScatterReduction.SUM || reduce == ScatterReduction.MEAN
                ? start.scatterAdd(dim, index, source)
                : Indexing.scatter(start, dim, index, source, reduce.kind());
        if (reduce != ScatterReduction.MEAN) {
            return reduced;
        }
        Tensor one = filled(x, index, Scalar.of(1));
        Tensor count = (includeSelf ? Tensor.onesLike(x.detach()) : Tensor.zerosLike(x.detach()))
                .scatterAdd(dim, index, one)
                .clampMin(1);
        return x.dtype().isFloatingPoint() ? reduced.div(count) : reduced.floorDivide(count);
    }

    /** An index of one dimension as one for every element of {@code source}. */
    private static Tensor spread(String operator, Tensor x, int dim, Tensor index, Tensor source) {
        int at = x.shape().normalise(operator, dim);
        Tensor line = index.dim() == 0 ? index.reshape(1) : index;
        boolean fits = line.dim() == 1
                && source.dim() == x.dim()
                && (x.dim() == 0
                        ? line.numel() == 1
                        : source.shape().equals(x.shape().with(at, line.numel())));
        if (!fits) {
            throw new ShapeException(operator + ": a source of shape " + source.shape() + " and an index of shape "
                    + index.shape() + " do not fit dimension " + at + " of shape " + x.shape());
        }
        if (x.dim() == 0) {
            return line.reshape(Shape.scalar());
        }
        long[] sizes = new long[x.dim()];
        java.util.Arrays.fill(sizes, 1);
        sizes[at] = line.numel();
        return line.reshape(sizes).expand(source.shape());
    }

    static Tensor indexReduce(
            Tensor x, int dim, Tensor index, Tensor source, ScatterReduction reduce, boolean includeSelf) {
        return scatterReduce(x, dim, spread("indexReduce", x, dim, index, source), source, reduce, includeSelf);
    }

    static Tensor indexCopy(Tensor x, int dim, Tensor index, Tensor source) {
        return x.scatter(dim, spread("indexCopy", x, dim, index, source), source);
    }

    static Tensor indexFill(Tensor x, int dim, Tensor index, Scalar value) {
        Elementwise.requireFits("indexFill", value, x.dtype());
        return indexFill(x, dim, index, Tensor.full(Shape.scalar(), value, x.dtype(), x.device()));
    }

    static Tensor indexFill(Tensor x, int dim, Tensor index, Tensor value) {
        if (value.dim() != 0) {
            throw new ShapeException("indexFill: the value of shape " + value.shape() + " must have no dimensions");
        }
        int at = x.shape().normalise("indexFill", dim);
        Shape covered = x.dim() == 0 ? x.shape() : x.shape().with(at, index.numel());
        return indexCopy(
                x,
                dim,
                wrapped("indexFill", index, x.dim() == 0 ? 1 : x.size(at)),
                value.to(x.dtype()).expand(covered));
    }

    /** With negative positions counted from the end. */
    private static Tensor wrapped(String operator, Tensor index, long size) {
        Tensor positions = Indexing.positions(operator, index);
        if (positions.numel() > 0) {
            long low = positions.min().itemLong();
            long high = positions.max().itemLong();
            if (low < -size || high >= size) {
                throw new TensorIndexException(operator + ": index " + (low < -size ? low : high)
                        + " is out of range for " + size + " elements: expected " + -size + " to " + (size - 1));
            }
        }
        return Elementwise.where(positions.lt(0), positions.add(size), positions);
    }

    static Tensor indexPut(Tensor x, List<Tensor> indices, Tensor values, boolean accumulate) {
        Comparisons.sameDType("indexPut", x, values);
        Index[] entries = indices.stream()
                .map(index -> index.dtype() == DType.BOOL ? Index.mask(index) : Index.indices(index))
                .toArray(Index[]::new);
        return Indexing.put(x, values, accumulate, entries);
    }

    static Tensor take(Tensor x, Tensor index) {
        Tensor positions = wrapped("take", index, x.numel());
        return x.reshape(-1).indexSelect(0, positions.reshape(-1)).reshape(index.shape());
    }

    static Tensor put(Tensor x, Tensor index, Tensor source, boolean accumulate) {
        Comparisons.sameDType("put", x, source);
        if (index.numel() != source.numel()) {
            throw new ShapeException("put: an index of shape " + index.shape() + " and a source of shape "
                    + source.shape() + " differ in their number of elements");
        }
        Tensor positions = wrapped("put", index, x.numel()).reshape(-1);
        Tensor flat = x.reshape(-1);
        Tensor values = source.reshape(-1);
        Tensor changed = accumulate ? flat.indexAdd(0, positions, values) : flat.scatter(0, positions, values);
        return changed.reshape(x.shape());
    }

    static Tensor maskedScatter(Tensor x, Tensor mask, Tensor source) {
        Masks.require("maskedScatter", mask);
        Comparisons.sameDType("maskedScatter", x, source);
        Shape shape = Shape.broadcast("maskedScatter", x.shape(), mask.shape());
        Tensor positions = mask.expand(shape).reshape(-1).nonzero().squeeze(1);
        if (positions.numel() > source.numel()) {
            throw new ShapeException("maskedScatter: the mask holds at " + positions.numel()
                    + " places, and the source of shape " + source.shape() + " has only " + source.numel());
        }
        Tensor values = source.reshape(-1).narrow(0, 0, positions.numel());
        return x.expand(shape).reshape(-1).scatter(0, positions, values).reshape(shape);
    }
}
