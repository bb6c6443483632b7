package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.ScatterKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Indexing expressions. Entries that name ranges are applied as views, one after another; what remains are index
 * tensors, each for one dimension (a mask stands for the index tensors of its positions). Those are moved to the front,
 * broadcast together and turned into one row number, so that reading is an {@code indexSelect} and writing an {@code
 * indexAdd} or a scatter over a matrix: gradients follow from theirs.
 */
final class Indexing {
    private Indexing() {}

    /** The view that the ranges gave, and the dimensions of it that index tensors pick from. */
    private record Resolved(Tensor view, List<Integer> dims, List<Tensor> indices) {}

    static Tensor get(Tensor x, Index... entries) {
        Resolved resolved = resolve(x, entries);
        if (resolved.dims.isEmpty()) {
            return resolved.view;
        }
        Rows rows = rows(resolved);
        Tensor picked = rows.matrix.indexSelect(0, rows.numbers);
        return restore(picked.reshape(rows.indexShape.concat(rows.restShape)), resolved, rows);
    }

    static Tensor put(Tensor x, Tensor value, boolean accumulate, Index... entries) {
        Resolved resolved = resolve(x, entries);
        if (resolved.dims.isEmpty()) {
            Tensor fitting = withoutLeadingOnes(value, resolved.view.dim());
            if (accumulate) {
                resolved.view.add_(fitting);
            } else {
                resolved.view.copy_(fitting);
            }
            return x;
        }
        Rows rows = rows(resolved);
        Tensor cast = withoutLeadingOnes(value, rows.indexShape.rank() + rows.restShape.rank())
                .to(x.dtype());
        Tensor placed = arrange(cast.expand(resultShape(resolved, rows)), resolved, rows)
                .reshape(rows.numbers.numel(), rows.restShape.numel());
        // Written through the view, whatever its strides: the rows of a copy are changed, and the copy is put back.
        Tensor changed = accumulate
                ? rows.matrix.indexAdd(0, rows.numbers, placed)
                : rows.matrix.scatter(0, rows.numbers.unsqueeze(1).expand(placed.shape()), placed);
        rows.front.copy_(changed.reshape(rows.front.shape()));
        return x;
    }

    /** {@code value} with no more than {@code rank} dimensions, if those it has in front of them are of size 1. */
    private static Tensor withoutLeadingOnes(Tensor value, int rank) {
        Tensor result = value;
        while (result.dim() > rank && result.size(0) == 1) {
            result = result.select(0, 0);
        }
        return result;
    }

    private static Resolved resolve(Tensor x, Index... entries) {
        int named = 0;
        int ellipses = 0;
        for (Index entry : entries) {
            named += switch (entry) {
                case Index.At _, Index.Range _ -> 1;
                case Index.Picked(var tensor) -> tensor.dtype() == DType.BOOL ? tensor.dim() : 1;
                case Index.NewAxis _ -> 0;
                case Index.Ellipsis _ -> {
                    ellipses++;
                    yield 0;
                }
            };
        }
        if (named > x.dim() || ellipses > 1) {
            throw new TensorIndexException(
                    "get: " + named + " indices with " + ellipses + " ellipses for shape " + x.shape() + ", which has "
                            + x.dim() + " dimensions: at most one index a dimension, and one ellipsis");
        }
        Tensor view = x;
        int dim = 0;
        List<Integer> dims = new ArrayList<>();
        List<Tensor> indices = new ArrayList<>();
        for (Index entry : entries) {
            switch (entry) {
                case Index.At(long index) -> view = view.select(dim, index);
                case Index.Range(long start, long end, long step) -> view = view.slice(dim++, start, end, step);
                case Index.Ellipsis _ -> dim += x.dim() - named;
                case Index.NewAxis _ -> view = view.unsqueeze(dim++);
                case Index.Picked(var tensor)
                when tensor.dim() == 0 && isInteger(tensor) ->
                    view = view.select(dim, tensor.itemLong()); // as in PyTorch, a number and not an array of indices
                case Index.Picked(var tensor)
                when tensor.dim() == 0 && tensor.dtype() == DType.BOOL -> {
                    view = view.unsqueeze(dim); // all of it once, or not at all
                    dims.add(dim++);
                    indices.add(tensor.to(view.device()).reshape(1).nonzero().reshape(-1));
                }
                case Index.Picked(var tensor) -> {
                    List<Tensor> picks = picks(tensor.to(view.device()), view, dim); // indices(..) are on the default
                    for (Tensor pick : picks) {
                        dims.add(dim++);
                        indices.add(pick);
                    }
                }
            }
        }
        return new Resolved(view, dims, indices);
    }

    private static List<Tensor> picks(Tensor tensor, Tensor view, int dim) {
        if (tensor.dtype() != DType.BOOL) {
            return List.of(positions("get", tensor));
        }
        Shape covered = view.shape().slice(dim, dim + tensor.dim());
        if (!covered.equals(tensor.shape())) {
            throw new TensorIndexException("get: the mask of shape " + tensor.shape() + " does not fit dimensions "
                    + dim + " to " + (dim + tensor.dim() - 1) + " of shape " + view.shape());
        }
        return tensor.nonzero().unbind(1);
    }

    private static boolean isInteger(Tensor index) {
        return index.dtype().isIntegral();
    }

    /** Fractions would be cut off, and a mask read as 0 and 1, without a word. */
    static Tensor positions(String operator, Tensor index) {
        if (!isInteger(index)) {
            throw new DTypeException(
                    operator + ": indices must be integers, not " + index.dtype() + ": cast with toLong() first");
        }
        return index.to(DType.I64);
    }

    /** The operand as a matrix whose rows are what an index picks, and the numbers of the rows picked. */
    private record Rows(Tensor front, Tensor matrix, Tensor numbers, Shape indexShape, Shape restShape) {}

    private static Rows rows(Resolved resolved) {
        Tensor view = resolved.view;
        int[] order = new int[view.dim()];
        int at = 0;
        for (int dim : resolved.dims) {
            order[at++] = dim;
        }
        for (int dim = 0; dim < view.dim(); dim++) {
            if (!resolved.dims.contains(dim)) {
                order[at++] = dim;
            }
        }
        Tensor front = view.permute(order);
        int picked = resolved.dims.size();
        Shape indexShape = resolved.indices.get(0).shape();
        for (Tensor index : resolved.indices) {
            indexShape = Shape.broadcast("index", indexShape, index.shape());
        }
        Tensor numbers = Tensor.zeros(Shape.scalar(), DType.I64, view.device());
        for (int i = 0; i < picked; i++) {
            Tensor index = checked(resolved.indices.get(i), front.size(i), resolved.dims.get(i), view);
            numbers = numbers.mul(front.size(i)).add(index);
        }
        Shape rest = front.shape().slice(picked, front.dim());
        Shape covered = front.shape().slice(0, picked);
        Tensor matrix = front.reshape(covered.numel(), rest.numel());
        return new Rows(front, matrix, numbers.expand(indexShape).reshape(-1), indexShape, rest);
    }

    /** {@code index} with negative entries counted from the end; refused if any is out of range. */
    private static Tensor checked(Tensor index, long size, int dim, Tensor view) {
        if (index.numel() == 0) {
            return index;
        }
        long low = index.min().itemLong();
        long high = index.max().itemLong();
        if (low < -size || high >= size) {
            long bad = low < -size ? low : high;
            long position = index.eq(bad).reshape(-1).to(DType.U8).argmax().itemLong();
            throw new TensorIndexException("index: index " + bad + " at position " + position
                    + " is out of range for dimension " + dim + " of shape " + view.shape() + ": expected " + -size
                    + " to "
                    + (size - 1));
        }
        return low < 0 ? Elementwise.where(index.lt(0), index.add(size), index) : index;
    }

    private static boolean adjacent(List<Integer> dims) {
        return dims.get(dims.size() - 1) - dims.get(0) == dims.size() - 1;
    }

    /** From (index dimensions, rest) to where PyTorch puts the index dimensions. */
    private static Tensor restore(Tensor picked, Resolved resolved, Rows rows) {
        return picked.permute(order(resolved, rows));
    }

    private static Tensor arrange(Tensor value, Resolved resolved, Rows rows) {
        Axes inverse = Axes.of(order(resolved, rows)).inverse();
        return value.permute(inverse.toArray());
    }

    private static int[] order(Resolved resolved, Rows rows) {
        int index = rows.indexShape.rank();
        int rest = rows.restShape.rank();
        int lead = adjacent(resolved.dims) ? resolved.dims.get(0) : 0;
        int[] order = new int[index + rest];
        for (int i = 0; i < order.length; i++) {
            order[i] = i < lead ? index + i : i < lead + index ? i - lead : i;
        }
        return order;
    }

    private static Shape resultShape(Resolved resolved, Rows rows) {
        long[] all = rows.indexShape.concat(rows.restShape).toArray();
        int[] order = order(resolved, rows);
        long[] sizes = new long[all.length];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = all[order[i]];
        }
        return Shape.of(sizes);
    }

    static Tensor indexSelect(Tensor x, int dim, Tensor index) {
        int at = x.shape().normalise("indexSelect", dim);
        if (x.dim() == 0) {
            return indexSelect(x.reshape(1), 0, index).reshape(Shape.scalar());
        }
        Tensor rows = index.dim() == 0 ? index.reshape(1) : index;
        return Dispatch.run(new Op.IndexSelect(at), x, positions("indexSelect", rows));
    }

    static Tensor gather(Tensor x, int dim, Tensor index) {
        int at = x.shape().normalise("gather", dim);
        if (x.dim() == 0 && index.dim() == 0) {
            return gather(x.reshape(1), 0, index.reshape(1)).reshape(Shape.scalar());
        }
        return Dispatch.run(new Op.Gather(at), x, positions("gather", index));
    }

    static Tensor takeAlongDim(Tensor x, Tensor index, int dim) {
        int at = x.shape().normalise("takeAlongDim", dim);
        if (x.dim() != index.dim()) {
            throw new ShapeException("takeAlongDim: shapes " + x.shape() + " and " + index.shape()
                    + " must have the same number of dimensions");
        }
        if (x.dim() == 0) {
            return gather(x, 0, index);
        }
        Shape outside = Shape.broadcast(
                "takeAlongDim", x.shape().with(at, 1), index.shape().with(at, 1));
        return gather(x.expand(outside.with(at, x.size(at))), at, index.expand(outside.with(at, index.size(at))));
    }

    static Tensor scatter(Tensor x, int dim, Tensor index, Tensor source, ScatterKind kind) {
        String operator = kind.operatorName();
        int at = x.shape().normalise(operator, dim);
        return Dispatch.run(new Op.Scatter(at, kind), x, positions(operator, index), source);
    }

    static Tensor scatterInPlace(Tensor x, int dim, Tensor index, Tensor source, ScatterKind kind) {
        String operator = kind.operatorName() + "_";
        Op.Scatter op = new Op.Scatter(x.shape().normalise(operator, dim), kind);
        Tensor positions = positions(operator, index);
        OpRules.outputs(op, x, positions, source);
        return Dispatch.inPlace(op, x, x, positions, source);
    }

    static Tensor indexAdd(Tensor x, int dim, Tensor index, Tensor source) {
        int at = x.shape().normalise("indexAdd", dim);
        return Dispatch.run(new Op.IndexAdd(at), x, positions("indexAdd", index), source);
    }

    static Tensor indexAddInPlace(Tensor x, int dim, Tensor index, Tensor source) {
        Op.IndexAdd op = new Op.IndexAdd(x.shape().normalise("indexAdd_", dim));
        Tensor positions = positions("indexAdd_", index);
        OpRules.outputs(op, x, positions, source);
        return Dispatch.inPlace(op, x, x, positions, source);
    }

    static ValuesAndIndices sort(Tensor x, int dim, boolean descending) {
        int at = x.shape().normalise("sort", dim);
        return sort(x, at, descending, 0, x.dim() == 0 ? 1 : x.size(at));
    }

    /** Some of the elements in order, from index {@code first} on. */
    static ValuesAndIndices sort(Tensor x, int dim, boolean descending, long first, long count) {
        if (x.dim() == 0) {
            return new ValuesAndIndices(x.clone(), Tensor.zeros(Shape.scalar(), DType.I64, x.device()));
        }
        Tensor[] sorted = Dispatch.runAll(new Op.Sort(dim, descending, first, count), x);
        return new ValuesAndIndices(sorted[0], sorted[1]);
    }

    static ValuesAndIndices topk(Tensor x, long k, int dim, boolean largest) {
        int at = x.shape().normalise("topk", dim);
        long size = x.dim() == 0 ? 1 : x.size(at);
        if (k < 0 || k > size) {
            throw new TensorIndexException("topk: k = " + k + " is out of range for dimension " + at + " of shape "
                    + x.shape() + ": expected 0 to " + size);
        }
        return sort(x, at, largest, 0, k);
    }
}
