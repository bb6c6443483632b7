package io.gatun.backend.tck.golden;

import io.gatun.tensor.Tensor;

/** Matrix products. */
final class GoldenProducts {
    private GoldenProducts() {}

    static void fill(GoldenOperators table) {
        table.one("matmul", call -> call.a().matmul(call.b()));
        table.one("bmm", call -> call.a().bmm(call.b()));
        table.one("outer", call -> call.a().outer(call.b()));
        table.one("addmm", call -> call.a().addmm(call.b(), call.c(), call.number("beta", 1), call.number("alpha", 1)));
        table.one(
                "einsum",
                call -> Tensor.einsum(call.text("equation", ""), call.tensors().toArray(Tensor[]::new)));
    }
}
