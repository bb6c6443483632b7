package io.gatun.backend.tck.golden;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Extremes;
import io.gatun.tensor.Interpolation;
import io.gatun.tensor.SpreadAndMean;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.UniqueElements;
import io.gatun.tensor.ValuesAndIndices;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Order statistics, moments, counts and searches. */
final class GoldenStatistics {
    private GoldenStatistics() {}

    private interface Quantile {
        Tensor apply(Tensor x, Tensor q, @Nullable Integer dim, boolean keepDim, Interpolation how);
    }

    static void fill(GoldenOperators table) {
        table.one("nansum", call -> call.a().nansum(call.axes("dim", call.a()), keepDim(call)));
        table.one("nanmean", call -> call.a().nanmean(call.axes("dim", call.a()), keepDim(call)));
        table.list(
                "median",
                call -> call.has("dim")
                        ? found(call.a().median(call.integer("dim"), keepDim(call)))
                        : List.of(call.a().median()));
        table.list(
                "nanmedian",
                call -> call.has("dim")
                        ? found(call.a().nanmedian(call.integer("dim"), keepDim(call)))
                        : List.of(call.a().nanmedian()));
        table.found("mode", call -> call.a().mode(call.integer("dim", -1), keepDim(call)));
        table.found("kthvalue", call -> call.a().kthvalue(call.integer("k"), call.integer("dim", -1), keepDim(call)));
        table.one("quantile", call -> quantile(call, Tensor::quantile));
        table.one("nanquantile", call -> quantile(call, Tensor::nanquantile));
        table.list("aminmax", call -> {
            Extremes extremes = call.has("dim")
                    ? call.a().aminmax(call.integer("dim"), keepDim(call))
                    : call.a().aminmax();
            return List.of(extremes.min(), extremes.max());
        });
        table.list("var_mean", call -> {
            SpreadAndMean result = call.a().varMean(axes(call), correction(call), keepDim(call));
            return List.of(result.spread(), result.mean());
        });
        table.list("std_mean", call -> {
            SpreadAndMean result = call.a().stdMean(axes(call), correction(call), keepDim(call));
            return List.of(result.spread(), result.mean());
        });
        table.one("dist", call -> call.a().dist(call.b(), call.number("p", 2)));
        table.one("cdist", call -> call.a().cdist(call.b(), call.number("p", 2)));
        table.one(
                "renorm", call -> call.a().renorm(call.number("p", 2), call.integer("dim"), call.number("maxnorm", 1)));
        table.one("diff", call -> call.a().diff(call.integer("n", 1), call.integer("dim", -1)));
        table.one("cov", call -> call.a().cov(call.integer("correction", 1), null, null));
        table.one("cov_weighted", call -> call.a().cov(call.integer("correction", 1), call.b(), call.c()));
        table.one("corrcoef", call -> call.a().corrcoef());
        table.one(
                "histc",
                call -> call.a().histc(call.integer("bins", 100), call.number("min", 0), call.number("max", 0)));
        table.one("bincount", call -> call.a().bincount(call.optional(1), call.integer("minlength", 0)));
        table.list(
                "unique",
                call -> all(
                        call.has("dim")
                                ? call.a().uniqueElements(call.integer("dim"))
                                : call.a().uniqueElements()));
        table.list(
                "unique_consecutive",
                call -> all(
                        call.has("dim")
                                ? call.a().uniqueConsecutive(call.integer("dim"))
                                : call.a().uniqueConsecutive()));
        table.one("searchsorted", call -> call.a().searchsorted(call.b(), call.flag("right", false)));
        table.one("bucketize", call -> call.a().bucketize(call.b(), call.flag("right", false)));
        table.found("cummax", call -> call.a().cummax(call.integer("dim")));
        table.found("cummin", call -> call.a().cummin(call.integer("dim")));
        table.one("logcumsumexp", call -> call.a().logcumsumexp(call.integer("dim")));
    }

    private static Tensor quantile(GoldenCall call, Quantile quantile) {
        Interpolation how =
                Interpolation.valueOf(call.text("interpolation", "linear").toUpperCase(Locale.ROOT));
        Integer dim = call.has("dim") ? Integer.valueOf(call.integer("dim")) : null;
        return quantile.apply(call.a(), call.b(), dim, keepDim(call), how);
    }

    private static List<Tensor> found(ValuesAndIndices result) {
        return List.of(result.values(), result.indices());
    }

    private static List<Tensor> all(UniqueElements result) {
        return List.of(result.values(), result.inverse(), result.counts());
    }

    private static Axes axes(GoldenCall call) {
        return call.axes("dim", call.a());
    }

    private static boolean keepDim(GoldenCall call) {
        return call.flag("keepdim", false);
    }

    private static long correction(GoldenCall call) {
        return call.flag("unbiased", true) ? 1 : 0;
    }
}
