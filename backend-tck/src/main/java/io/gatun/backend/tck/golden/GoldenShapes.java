package io.gatun.backend.tck.golden;

import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;

/** Shape operators, and those that join and split. */
final class GoldenShapes {
    private GoldenShapes() {}

    static void fill(GoldenOperators table) {
        table.one("reshape", call -> call.a().reshape(call.longs("shape")));
        table.contiguous("view", call -> call.a().view(call.longs("size")));
        table.one("transpose", call -> call.a().transpose(call.integer("dim0"), call.integer("dim1")));
        table.one("permute", call -> call.a().permute(call.ints("dims")));
        table.one(
                "movedim",
                call -> call.isList("source")
                        ? call.a().movedim(call.ints("source"), call.ints("destination"))
                        : call.a().movedim(call.integer("source"), call.integer("destination")));
        table.one("unsqueeze", call -> call.a().unsqueeze(call.integer("dim")));
        table.one(
                "squeeze",
                call -> call.has("dim")
                        ? call.a().squeeze(call.integer("dim"))
                        : call.a().squeeze());
        table.one("flatten", call -> call.a().flatten(call.integer("start_dim", 0), call.integer("end_dim", -1)));
        table.one("expand", call -> call.a().expand(call.longs("size")));
        table.one(
                "narrow", call -> call.a().narrow(call.integer("dim"), call.integer("start"), call.integer("length")));
        table.one("select", call -> call.a().select(call.integer("dim"), call.integer("index")));
        table.one(
                "diagonal",
                call -> call.a().diagonal(call.integer("offset", 0), call.integer("dim1", 0), call.integer("dim2", 1)));
        table.one(
                "unfold",
                call -> call.a().unfold(call.integer("dimension"), call.integer("size"), call.integer("step")));
        table.one("flip", call -> call.a().flip(call.ints("dims")));
        table.one("roll", GoldenShapes::roll);
        table.one("repeat", call -> call.a().repeat(call.longs("sizes")));
        table.one("tile", call -> call.a().tile(call.longs("dims")));
        table.one(
                "repeat_interleave",
                call -> call.has("dim")
                        ? call.a().repeatInterleave(call.integer("repeats"), call.integer("dim"))
                        : call.a().repeatInterleave(call.integer("repeats")));
        table.one(
                "repeat_interleave_tensor",
                call -> call.has("dim")
                        ? call.a().repeatInterleave(call.b(), call.integer("dim"))
                        : call.a().repeatInterleave(call.b()));
        rearrangements(table);
        splits(table);
        joins(table);
        diagonals(table);
        table.one("tril", call -> call.a().tril(call.integer("diagonal", 0)));
        table.one("triu", call -> call.a().triu(call.integer("diagonal", 0)));
        table.list(
                "split",
                call -> call.isList("split_size_or_sections")
                        ? call.a().split(call.longs("split_size_or_sections"), call.integer("dim", 0))
                        : call.a().split(call.integer("split_size_or_sections"), call.integer("dim", 0)));
        table.list("chunk", call -> call.a().chunk(call.integer("chunks"), call.integer("dim", 0)));
        table.list("unbind", call -> call.a().unbind(call.integer("dim", 0)));
        table.one("cat", call -> Tensor.cat(call.tensors(), call.integer("dim", 0)));
        table.one("stack", call -> Tensor.stack(call.tensors(), call.integer("dim", 0)));
    }

    private static void rearrangements(GoldenOperators table) {
        table.one("swapaxes", call -> call.a().swapaxes(call.integer("axis0"), call.integer("axis1")));
        table.one("swapdims", call -> call.a().swapdims(call.integer("dim0"), call.integer("dim1")));
        table.one("rot90", call -> call.a().rot90(call.integer("k"), call.ints("dims")[0], call.ints("dims")[1]));
        table.one("fliplr", call -> call.a().fliplr());
        table.one("flipud", call -> call.a().flipud());
        table.one("ravel", call -> call.a().ravel());
        table.one("atleast_1d", call -> call.a().atleast1d());
        table.one("atleast_2d", call -> call.a().atleast2d());
        table.one("atleast_3d", call -> call.a().atleast3d());
        table.one("sum_to_size", call -> call.a().sumToSize(call.longs("size")));
        table.one(
                "combinations", call -> call.a().combinations(call.integer("r"), call.flag("with_replacement", false)));
    }

    private static void splits(GoldenOperators table) {
        table.list(
                "tensor_split",
                call -> call.isList("indices_or_sections")
                        ? call.a().tensorSplit(call.longs("indices_or_sections"), call.integer("dim", 0))
                        : call.a().tensorSplit(call.integer("indices_or_sections"), call.integer("dim", 0)));
        split(table, "hsplit", Tensor::hsplit, Tensor::hsplit);
        split(table, "vsplit", Tensor::vsplit, Tensor::vsplit);
        split(table, "dsplit", Tensor::dsplit, Tensor::dsplit);
    }

    private static void split(
            GoldenOperators table,
            String op,
            BiFunction<Tensor, Long, List<Tensor>> sections,
            BiFunction<Tensor, long[], List<Tensor>> indices) {
        String argument = "indices_or_sections";
        table.list(
                op,
                call -> call.isList(argument)
                        ? indices.apply(call.a(), call.longs(argument))
                        : sections.apply(call.a(), (long) call.integer(argument)));
    }

    private static void joins(GoldenOperators table) {
        table.one("hstack", call -> Tensor.hstack(call.tensors()));
        table.one("vstack", call -> Tensor.vstack(call.tensors()));
        table.one("dstack", call -> Tensor.dstack(call.tensors()));
        table.one("column_stack", call -> Tensor.columnStack(call.tensors()));
        table.one("block_diag", call -> Tensor.blockDiag(call.tensors()));
        table.one("cartesian_prod", call -> Tensor.cartesianProd(call.tensors()));
        table.list("broadcast_tensors", call -> Tensor.broadcastTensors(call.tensors()));
        table.list("meshgrid", call -> Tensor.meshgrid(call.tensors(), call.text("indexing", "ij")));
    }

    private static void diagonals(GoldenOperators table) {
        table.one("diag", call -> call.a().diag(call.integer("diagonal", 0)));
        table.one("diagflat", call -> call.a().diagflat(call.integer("offset", 0)));
        table.one(
                "diag_embed",
                call -> call.a()
                        .diagEmbed(call.integer("offset", 0), call.integer("dim1", -2), call.integer("dim2", -1)));
        table.one(
                "diagonal_scatter",
                call -> call.a()
                        .diagonalScatter(
                                call.b(), call.integer("offset", 0), call.integer("dim1", 0), call.integer("dim2", 1)));
        table.one(
                "select_scatter", call -> call.a().selectScatter(call.b(), call.integer("dim"), call.integer("index")));
        table.one(
                "slice_scatter",
                call -> call.a()
                        .sliceScatter(
                                call.b(),
                                call.integer("dim", 0),
                                call.integer("start"),
                                call.integer("end"),
                                call.integer("step", 1)));
        table.one("vander", call -> call.a().vander(call.integer("N"), call.flag("increasing", false)));
        table.one(
                "tril_indices",
                call -> Tensor.trilIndices(call.integer("row"), call.integer("col"), call.integer("offset", 0))
                        .to(call.a().device()));
        table.one(
                "triu_indices",
                call -> Tensor.triuIndices(call.integer("row"), call.integer("col"), call.integer("offset", 0))
                        .to(call.a().device()));
        table.one(
                "logspace",
                call -> Tensor.logspace(
                                call.number("start", 0), call.number("end", 1), call.integer("steps"), 10, DType.F64)
                        .to(call.a().device()));
    }

    private static Tensor roll(GoldenCall call) {
        long[] shifts = call.longs("shifts");
        if (!call.has("dims")) {
            return call.a().roll(shifts[0]);
        }
        return call.a().roll(shifts, call.ints("dims"));
    }
}
