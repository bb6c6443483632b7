package io.gatun.tensor;

import java.util.ArrayList;
import java.util.List;

/** Several tensors made into one, or into grids of all their combinations. */
final class Joins {
    private Joins() {}

    static Tensor horizontally(List<Tensor> tensors) {
        List<Tensor> parts = tensors.stream().map(Tensor::atleast1d).toList();
        return Tensor.cat(parts, !parts.isEmpty() && parts.get(0).dim() == 1 ? 0 : 1);
    }

    static Tensor columns(List<Tensor> tensors) {
        return horizontally(tensors.stream()
                .map(x -> x.dim() < 2 ? x.reshape(x.numel(), 1) : x)
                .toList());
    }

    static List<Tensor> broadcast(List<Tensor> tensors) {
        Shape shape = Shape.scalar();
        for (Tensor tensor : tensors) {
            shape = Shape.broadcast("broadcastTensors", shape, tensor.shape());
        }
        Shape common = shape;
        return tensors.stream().map(tensor -> tensor.expand(common)).toList();
    }

    static List<Tensor> grid(String operator, List<Tensor> tensors, String indexing) {
        boolean swapped = indexing.equals("xy") && tensors.size() > 1;
        if (!indexing.equals("xy") && !indexing.equals("ij")) {
            throw new ValueException(operator + ": indexing is \"ij\" or \"xy\", not \"" + indexing + "\"");
        }
        int rank = tensors.size();
        List<Tensor> lines = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            Tensor tensor = tensors.get(i);
            if (tensor.dim() > 1 || tensor.dtype() != tensors.get(0).dtype()) {
                throw new ShapeException(operator + ": " + tensor.dtype() + " of shape " + tensor.shape()
                        + ": all must have one dimension at most, and one dtype");
            }
            int dim = swapped && i < 2 ? 1 - i : i;
            long[] sizes = new long[rank];
            java.util.Arrays.fill(sizes, 1);
            sizes[dim] = tensor.numel();
            lines.add(tensor.reshape(sizes));
        }
        return broadcast(lines);
    }

    static Tensor product(List<Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw new ShapeException("cartesianProd: the list of tensors is empty");
        }
        if (tensors.size() == 1) {
            return tensors.get(0);
        }
        List<Tensor> columns = grid("cartesianProd", tensors, "ij").stream()
                .map(tensor -> tensor.reshape(-1))
                .toList();
        return Tensor.stack(columns, 1);
    }

    /** Of all tuples of positions those that ascend. */
    static Tensor combinations(Tensor x, int r, boolean withReplacement) {
        if (x.dim() != 1 || r < 0) {
            throw new ShapeException(
                    "combinations: shape " + x.shape() + " and r = " + r + ": wants one dimension and r not negative");
        }
        if (r == 0) {
            return Tensor.empty(Shape.of(0), x.dtype(), x.device());
        }
        Tensor numbers = Tensor.arange(x.numel()).to(x.device());
        List<Tensor> positions = grid("combinations", java.util.Collections.nCopies(r, numbers), "ij").stream()
                .map(tensor -> tensor.reshape(-1))
                .toList();
        Tensor ascending = Tensor.ones(positions.get(0).shape(), DType.BOOL, x.device());
        for (int i = 1; i < r; i++) {
            Tensor before = positions.get(i - 1);
            Tensor after = positions.get(i);
            ascending = ascending.logicalAnd(withReplacement ? before.le(after) : before.lt(after));
        }
        List<Tensor> columns = new ArrayList<>();
        for (Tensor position : positions) {
            columns.add(x.indexSelect(0, position.maskedSelect(ascending)));
        }
        return Tensor.stack(columns, 1);
    }

    static Tensor blockDiagonal(List<Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw new ShapeException("blockDiag: the list of tensors is empty");
        }
        long width = 0;
        for (Tensor tensor : tensors) {
            if (tensor.dim() > 2) {
                throw new ShapeException("blockDiag: shape " + tensor.shape() + " has more than two dimensions");
            }
            width += tensor.atleast2d().size(1);
        }
        List<Tensor> bands = new ArrayList<>();
        long before = 0;
        for (Tensor tensor : tensors) {
            Tensor block = tensor.atleast2d();
            long after = width - before - block.size(1);
            bands.add(block.pad(new long[] {0, before}, new long[] {0, after}, 0));
            before += block.size(1);
        }
        return Tensor.cat(bands, 0);
    }
}
