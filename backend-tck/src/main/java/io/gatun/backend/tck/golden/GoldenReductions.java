package io.gatun.backend.tck.golden;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValuesAndIndices;
import java.util.List;
import java.util.function.Function;

/** Reductions, running sums and norms: {@code dim} may be missing (all), a number or a list. */
final class GoldenReductions {
    private GoldenReductions() {}

    private interface ByAxes {
        Tensor apply(Tensor x, Axes axes, boolean keepDim);
    }

    static void fill(GoldenOperators table) {
        reduction(table, "sum", Tensor::sum, Tensor::sum);
        reduction(table, "mean", Tensor::mean, Tensor::mean);
        reduction(table, "amax", Tensor::max, Tensor::amax);
        reduction(table, "amin", Tensor::min, Tensor::amin);
        table.one("logsumexp", call -> call.a().logsumexp(call.axes("dim", call.a()), keepDim(call)));
        table.one(
                "prod",
                call -> call.has("dim")
                        ? call.a().prod(dim(call), keepDim(call))
                        : call.a().prod());
        table.one("var", call -> call.a().var(call.axes("dim", call.a()), correction(call), keepDim(call)));
        table.one("std", call -> call.a().std(call.axes("dim", call.a()), correction(call), keepDim(call)));
        table.one("norm", call -> call.a().norm(call.number("p", 2), call.axes("dim", call.a()), keepDim(call)));
        table.list("max", call -> extreme(call, Tensor::max, x -> x.max(dim(call), keepDim(call))));
        table.list("min", call -> extreme(call, Tensor::min, x -> x.min(dim(call), keepDim(call))));
        table.one(
                "argmax",
                call -> call.has("dim")
                        ? call.a().argmax(dim(call), keepDim(call))
                        : call.a().argmax());
        table.one(
                "argmin",
                call -> call.has("dim")
                        ? call.a().argmin(dim(call), keepDim(call))
                        : call.a().argmin());
        table.one(
                "all",
                call -> call.has("dim")
                        ? call.a().all(dim(call), keepDim(call))
                        : call.a().all());
        table.one(
                "any",
                call -> call.has("dim")
                        ? call.a().any(dim(call), keepDim(call))
                        : call.a().any());
        table.one(
                "count_nonzero",
                call -> call.has("dim")
                        ? call.a().countNonzero(dim(call))
                        : call.a().countNonzero());
        table.one("cumsum", call -> call.a().cumsum(dim(call)));
        table.one("cumprod", call -> call.a().cumprod(dim(call)));
        table.one("softmax", call -> call.a().softmax(dim(call)));
        table.one("log_softmax", call -> call.a().logSoftmax(dim(call)));
    }

    private static void reduction(GoldenOperators table, String op, Function<Tensor, Tensor> all, ByAxes byAxes) {
        table.one(
                op,
                call -> call.has("dim")
                        ? byAxes.apply(call.a(), call.axes("dim", call.a()), keepDim(call))
                        : all.apply(call.a()));
    }

    private static List<Tensor> extreme(
            GoldenCall call, Function<Tensor, Tensor> all, Function<Tensor, ValuesAndIndices> along) {
        if (!call.has("dim")) {
            return List.of(all.apply(call.a()));
        }
        ValuesAndIndices result = along.apply(call.a());
        return List.of(result.values(), result.indices());
    }

    private static int dim(GoldenCall call) {
        return call.integer("dim");
    }

    private static boolean keepDim(GoldenCall call) {
        return call.flag("keepdim", false);
    }

    private static long correction(GoldenCall call) {
        return call.flag("unbiased", true) ? 1 : 0;
    }
}
