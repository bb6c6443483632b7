package io.gatun.tensor;

import java.util.List;

/** Elements and slices that occur more than once, found as runs of equals: of the sorted ones, or as they come. */
final class Uniques {
    private Uniques() {}

    /** The number of the run of equals that each element along the last dimension is in, from 0. NaN equals nothing. */
    static Tensor runs(Tensor x) {
        long n = x.size(-1);
        if (n == 0) {
            return Tensor.zeros(x.shape(), DType.I64, x.device());
        }
        Tensor changes = x.narrow(-1, 1, n - 1).ne(x.narrow(-1, 0, n - 1));
        return numbered(changes);
    }

    /** From where a run begins, but for the first element, to the numbers of runs. */
    private static Tensor numbered(Tensor changes) {
        Shape first = changes.shape().with(-1, 1);
        Tensor zero = Tensor.zeros(first, DType.I64, changes.device());
        return Tensor.cat(List.of(zero, changes.to(DType.I64)), -1).cumsum(-1);
    }

    static UniqueElements of(Tensor x, boolean sorting) {
        Tensor flat = x.detach().reshape(-1);
        if (!sorting) {
            UniqueElements runs = fromRuns(flat, 0, runs(flat));
            return new UniqueElements(runs.values(), runs.inverse().reshape(x.shape()), runs.counts());
        }
        ValuesAndIndices sorted = flat.sort();
        UniqueElements runs = fromRuns(sorted.values(), 0, runs(sorted.values()));
        Tensor inverse = Tensor.zeros(flat.shape(), DType.I64, x.device()).scatter(0, sorted.indices(), runs.inverse());
        return new UniqueElements(runs.values(), inverse.reshape(x.shape()), runs.counts());
    }

    static UniqueElements of(Tensor x, int dim, boolean sorting) {
        String operator = sorting ? "unique" : "uniqueConsecutive";
        int at = x.shape().normalise(operator, dim);
        if (x.dim() == 0) {
            return of(x, sorting);
        }
        Tensor slices = x.detach();
        Tensor rows = slices.movedim(at, 0);
        rows = rows.reshape(rows.size(0), rows.shape().slice(1, rows.dim()).numel());
        if (!sorting) {
            return fromRuns(slices, at, runsOfRows(rows));
        }
        Tensor order = lexicographic(rows);
        UniqueElements runs = fromRuns(slices.indexSelect(at, order), at, runsOfRows(rows.indexSelect(0, order)));
        Tensor inverse = Tensor.zeros(order.shape(), DType.I64, x.device()).scatter(0, order, runs.inverse());
        return new UniqueElements(runs.values(), inverse, runs.counts());
    }

    private static UniqueElements fromRuns(Tensor x, int dim, Tensor runs) {
        long n = runs.numel();
        long count = n == 0 ? 0 : runs.select(0, -1).itemLong() + 1;
        Tensor zeros = Tensor.zeros(Shape.of(count), DType.I64, x.device());
        Tensor counts = zeros.scatterAdd(0, runs, Tensor.onesLike(runs));
        Tensor starts = counts.cumsum(0).sub(counts);
        return new UniqueElements(x.indexSelect(dim, starts), runs, counts);
    }

    private static Tensor runsOfRows(Tensor rows) {
        long n = rows.size(0);
        return n == 0
                ? Tensor.zeros(Shape.of(0), DType.I64, rows.device())
                : numbered(rows.narrow(0, 1, n - 1).ne(rows.narrow(0, 0, n - 1)).any(1));
    }

    /** The order of rows by their first elements, then their second, ...: stable sorts by each column, the last first. */
    private static Tensor lexicographic(Tensor rows) {
        Tensor order = Tensor.arange(rows.size(0)).to(rows.device());
        for (long column = rows.size(1) - 1; column >= 0; column--) {
            Tensor keys = rows.select(1, column).indexSelect(0, order);
            order = order.indexSelect(0, keys.argsort(0));
        }
        return order;
    }
}
