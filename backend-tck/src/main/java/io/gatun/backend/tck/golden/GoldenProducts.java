package io.gatun.backend.tck.golden;

import io.gatun.tensor.Tensor;

/** Matrix products. */
final class GoldenProducts {
    private GoldenProducts() {}

    static void fill(GoldenOperators table) {
        table.one("matmul", call -> call.a().matmul(call.b()));
        table.one("mm", call -> call.a().mm(call.b()));
        table.one("bmm", call -> call.a().bmm(call.b()));
        table.one("mv", call -> call.a().mv(call.b()));
        table.one("dot", call -> call.a().dot(call.b()));
        table.one("vdot", call -> call.a().vdot(call.b()));
        table.one("inner", call -> call.a().inner(call.b()));
        table.one("outer", call -> call.a().outer(call.b()));
        table.one("ger", call -> call.a().ger(call.b()));
        table.one("kron", call -> call.a().kron(call.b()));
        table.one("trace", call -> call.a().trace());
        table.one("cross", call -> call.a().cross(call.b(), call.integer("dim", -1)));
        table.one("linalg.cross", call -> call.a().cross(call.b(), call.integer("dim", -1)));
        table.one("tensordot", GoldenProducts::tensordot);
        table.one("chain_matmul", call -> Tensor.chainMatmul(call.tensors().toArray(Tensor[]::new)));
        table.one("linalg.multi_dot", call -> Tensor.multiDot(call.tensors().toArray(Tensor[]::new)));
        sum(table, "addmm", Tensor::addmm);
        sum(table, "addmv", Tensor::addmv);
        sum(table, "addr", Tensor::addr);
        sum(table, "addbmm", Tensor::addbmm);
        sum(table, "baddbmm", Tensor::baddbmm);
        table.one(
                "einsum",
                call -> Tensor.einsum(call.text("equation", ""), call.tensors().toArray(Tensor[]::new)));
    }

    private interface SumWithProduct {
        Tensor apply(Tensor x, Tensor a, Tensor b, double beta, double alpha);
    }

    private static void sum(GoldenOperators table, String op, SumWithProduct sum) {
        table.one(op, call -> sum.apply(call.a(), call.b(), call.c(), call.number("beta", 1), call.number("alpha", 1)));
    }

    private static Tensor tensordot(GoldenCall call) {
        if (!call.isList("dims")) {
            return call.a().tensordot(call.b(), call.integer("dims", 2));
        }
        int[][] dims = call.pairOfInts("dims");
        return call.a().tensordot(call.b(), dims[0], dims[1]);
    }
}
