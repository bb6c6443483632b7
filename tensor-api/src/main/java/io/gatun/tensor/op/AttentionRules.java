package io.gatun.tensor.op;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.spi.TensorView;

/** The shape and dtype rules of {@link Op.Attention} and its gradient. */
final class AttentionRules {
    private AttentionRules() {}

    static OutputSpec[] results(Op.Composite op, TensorView... in) {
        DType dtype = check(op, 0, 3, in);
        Shape query = in[0].layout().shape();
        return new OutputSpec[] {
            new OutputSpec(query.with(-1, in[2].layout().shape().size(-1)), dtype), new OutputSpec(sums(query), dtype)
        };
    }

    static OutputSpec[] gradients(Op.Composite op, TensorView... in) {
        DType dtype = OpRules.same(op, in[0], in[4], in[1]);
        check(op, 1, 5, in);
        Shape query = in[1].layout().shape();
        Shape g = query.with(-1, in[3].layout().shape().size(-1));
        if (!in[0].layout().shape().equals(g) || !in[4].layout().shape().equals(sums(query))) {
            throw misfit(op, in);
        }
        OutputSpec[] gradients = new OutputSpec[3];
        for (int i = 0; i < 3; i++) {
            gradients[i] = new OutputSpec(in[1 + i].layout().shape(), dtype);
        }
        return gradients;
    }

    /** Checks query, key and value from {@code first} on, and a mask if there is one, at {@code mask}; gives their dtype. */
    private static DType check(Op op, int first, int mask, TensorView... in) {
        DType dtype = OpRules.floating(op, OpRules.same(op, in[first], in[first + 1], in[first + 2]));
        Shape query = in[first].layout().shape();
        Shape key = in[first + 1].layout().shape();
        Shape value = in[first + 2].layout().shape();
        boolean fits = query.rank() >= 2
                && key.rank() == query.rank()
                && value.rank() == query.rank()
                && key.equals(query.with(-2, key.size(-2)))
                && value.equals(key.with(-1, value.size(-1)));
        if (fits && in.length > mask) {
            fits = in[mask].layout().shape().equals(query.with(-1, key.size(-2)));
            if (in[mask].dtype() != DType.BOOL) {
                OpRules.require(op, dtype, in[mask].dtype(), "a mask that is not of bool");
            }
        }
        if (!fits) {
            throw misfit(op, in);
        }
        return dtype;
    }

    private static Shape sums(Shape query) {
        return query.with(-1, query.size(-2)).with(-2, 2);
    }

    private static ShapeException misfit(Op op, TensorView... in) {
        StringBuilder shapes = new StringBuilder();
        for (TensorView view : in) {
            shapes.append(shapes.isEmpty() ? "" : ", ").append(view.layout().shape());
        }
        return new ShapeException(op.operatorName() + ": shapes " + shapes
                + " do not fit: expected query (..., L, E), key (..., S, E) and value (..., S, V), and for a mask"
                + " (..., L, S), with the same leading dimensions: expand the smaller ones");
    }
}
