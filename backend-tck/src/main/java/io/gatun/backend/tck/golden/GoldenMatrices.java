package io.gatun.backend.tck.golden;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Eigh;
import io.gatun.tensor.LstSq;
import io.gatun.tensor.Qr;
import io.gatun.tensor.SlogDet;
import io.gatun.tensor.Svd;
import io.gatun.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Solving and decomposing matrices: {@code torch.linalg}, and the names that some of it has in {@code torch}. */
final class GoldenMatrices {
    private GoldenMatrices() {}

    static void fill(GoldenOperators table) {
        for (String name : List.of("inverse", "linalg.inv")) {
            table.one(name, call -> call.a().inverse());
        }
        for (String name : List.of("det", "linalg.det")) {
            table.one(name, call -> call.a().det());
        }
        for (String name : List.of("slogdet", "linalg.slogdet")) {
            table.list(name, GoldenMatrices::slogdet);
        }
        table.one("logdet", call -> call.a().logdet());
        table.one("linalg.solve", call -> call.a().solve(call.b(), call.flag("left", true)));
        table.one(
                "linalg.solve_triangular",
                call -> call.a()
                        .solveTriangular(
                                call.b(),
                                call.flag("upper", false),
                                call.flag("left", true),
                                call.flag("unitriangular", false)));
        for (String name : List.of("cholesky", "linalg.cholesky")) {
            table.one(name, call -> call.a().cholesky(call.flag("upper", false)));
        }
        table.one("cholesky_solve", call -> call.a().choleskySolve(call.b(), call.flag("upper", false)));
        table.list("qr", call -> factors(call.a().qr(!call.flag("some", true))));
        table.list(
                "linalg.qr",
                call -> factors(call.a().qr(call.text("mode", "reduced").equals("complete"))));
        table.list("linalg.svd", call -> {
            Svd svd = call.a().svd(call.flag("full_matrices", true));
            return List.of(svd.u(), svd.s(), svd.vh());
        });
        table.one("linalg.svdvals", call -> call.a().svdvals());
        table.list("linalg.eigh", call -> {
            Eigh eigh = call.a().eigh(call.text("UPLO", "L").equals("U"));
            return List.of(eigh.eigenvalues(), eigh.eigenvectors());
        });
        table.one(
                "linalg.eigvalsh",
                call -> call.a().eigh(call.text("UPLO", "L").equals("U")).eigenvalues());
        table.one("pinverse", call -> call.a().pinv(null, call.number("rcond", 1e-15), false));
        table.one(
                "linalg.pinv",
                call -> call.a().pinv(number(call, "atol"), number(call, "rtol"), call.flag("hermitian", false)));
        table.one(
                "linalg.matrix_rank",
                call -> call.a().matrixRank(number(call, "atol"), number(call, "rtol"), call.flag("hermitian", false)));
        for (String name : List.of("matrix_power", "linalg.matrix_power")) {
            table.one(name, call -> call.a().matrixPower(call.integer("n")));
        }
        table.list("linalg.lstsq", call -> {
            LstSq fit = call.a().lstsq(call.b(), number(call, "rcond"));
            return List.of(fit.solution(), fit.residuals(), fit.rank(), fit.singularValues());
        });
        table.one(
                "linalg.vector_norm",
                call -> call.a().norm(call.number("ord", 2), call.axes("dim", call.a()), call.flag("keepdim", false)));
        table.one("linalg.matrix_norm", GoldenMatrices::matrixNorm);
    }

    private static List<Tensor> slogdet(GoldenCall call) {
        SlogDet result = call.a().slogdet();
        return List.of(result.sign(), result.logAbsDet());
    }

    private static List<Tensor> factors(Qr qr) {
        return List.of(qr.q(), qr.r());
    }

    private static @Nullable Double number(GoldenCall call, String name) {
        return call.has(name) ? Double.valueOf(call.number(name, 0)) : null;
    }

    private static Tensor matrixNorm(GoldenCall call) {
        Axes dims = call.has("dim") ? Axes.of(call.ints("dim")) : Axes.of(-2, -1);
        boolean keepDim = call.flag("keepdim", false);
        return call.isText("ord") || !call.has("ord")
                ? call.a().matrixNorm(call.text("ord", "fro"), dims, keepDim)
                : call.a().matrixNorm(call.number("ord", 2), dims, keepDim);
    }
}
