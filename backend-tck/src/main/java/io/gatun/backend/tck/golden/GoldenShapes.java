package io.gatun.backend.tck.golden;

import io.gatun.tensor.Tensor;

/** Shape operators, and those that join and split. */
final class GoldenShapes {
    private GoldenShapes() {}

    static void fill(GoldenOperators table) {
        table.one("reshape", call -> call.a().reshape(call.longs("shape")));
        table.contiguous("view", call -> call.a().view(call.longs("size")));
        table.one("transpose", call -> call.a().transpose(call.integer("dim0"), call.integer("dim1")));
        table.one("permute", call -> call.a().permute(call.ints("dims")));
        table.one("movedim", call -> call.a().movedim(call.integer("source"), call.integer("destination")));
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
        table.one("repeat_interleave", call -> call.a().repeatInterleave(call.integer("repeats"), call.integer("dim")));
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

    private static Tensor roll(GoldenCall call) {
        long[] shifts = call.longs("shifts");
        if (!call.has("dims")) {
            return call.a().roll(shifts[0]);
        }
        int[] dims = call.ints("dims");
        Tensor rolled = call.a();
        for (int i = 0; i < shifts.length; i++) {
            rolled = rolled.roll(shifts[i], dims[i]);
        }
        return rolled;
    }
}
