package io.gatun.backend.tck.golden;

import io.gatun.tensor.DType;
import io.gatun.tensor.Index;
import io.gatun.tensor.ScatterReduction;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/** Indexing, searching and sorting. */
final class GoldenIndexing {
    private GoldenIndexing() {}

    static void fill(GoldenOperators table) {
        table.one("index_select", call -> call.a().indexSelect(call.integer("dim"), call.b()));
        table.one("gather", call -> call.a().gather(call.integer("dim"), call.b()));
        table.one("scatter_add", call -> call.a().scatterAdd(call.integer("dim"), call.b(), call.c()));
        table.one("index_add", call -> call.a().indexAdd(call.integer("dim"), call.b(), call.c()));
        table.one("take_along_dim", call -> call.a().takeAlongDim(call.b(), call.integer("dim")));
        table.one("masked_select", call -> call.a().maskedSelect(call.b()));
        table.one("index", GoldenIndexing::index);
        table.one("scatter", call -> call.a().scatter(call.integer("dim"), call.b(), call.c()));
        table.one("scatter_value", call -> call.a().scatter(call.integer("dim"), call.b(), call.number("value", 0)));
        table.one(
                "scatter_reduce",
                call -> call.a()
                        .scatterReduce(call.integer("dim"), call.b(), call.c(), reduction(call), includeSelf(call)));
        table.one(
                "index_reduce",
                call -> call.a()
                        .indexReduce(call.integer("dim"), call.b(), call.c(), reduction(call), includeSelf(call)));
        table.one("index_copy", call -> call.a().indexCopy(call.integer("dim"), call.b(), call.c()));
        table.one("index_fill", call -> call.a().indexFill(call.integer("dim"), call.b(), call.number("value", 0)));
        table.one("index_put", call -> {
            List<Tensor> tensors = call.tensors();
            int last = tensors.size() - 1;
            return call.a().indexPut(tensors.subList(1, last), tensors.get(last), call.flag("accumulate", false));
        });
        table.one("put", call -> call.a().clone().put_(call.b(), call.c(), call.flag("accumulate", false)));
        table.one("take", call -> call.a().take(call.b()));
        table.one("masked_scatter", call -> call.a().maskedScatter(call.b(), call.c()));
        table.one("nonzero", call -> call.a().nonzero());
        table.found("sort", call -> call.a().sort(call.integer("dim", -1), call.flag("descending", false)));
        table.one("argsort", call -> call.a().argsort(call.integer("dim", -1), call.flag("descending", false)));
        table.found(
                "topk", call -> call.a().topk(call.integer("k"), call.integer("dim", -1), call.flag("largest", true)));
    }

    private static ScatterReduction reduction(GoldenCall call) {
        return ScatterReduction.valueOf(call.text("reduce", "sum").toUpperCase(Locale.ROOT));
    }

    private static boolean includeSelf(GoldenCall call) {
        return call.flag("include_self", true);
    }

    /** {@code t[i]}, {@code t[i, j]}, {@code t[mask]}: an index tensor a dimension. */
    private static Tensor index(GoldenCall call) {
        Index[] indices = call.tensors().stream()
                .skip(1)
                .map(index -> index.dtype() == DType.BOOL ? Index.mask(index) : Index.indices(index))
                .toArray(Index[]::new);
        return call.a().get(indices);
    }
}
