package io.gatun.tensor.op;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.spi.TensorView;

/** The shapes and dtypes of linear algebra. */
final class MatrixRules {
    private MatrixRules() {}

    static OutputSpec[] outputs(Op.LinearAlgebra op, TensorView... in) {
        Shape a = matrices(op, in[0]);
        DType dtype = real(op, OpRules.same(op, in));
        Shape lead = a.slice(0, a.rank() - 2);
        long m = a.size(-2);
        long n = a.size(-1);
        long least = Math.min(m, n);
        return switch (op) {
            case Op.Cholesky _, Op.Inverse _ -> specs(dtype, square(op, a));
            case Op.SolveTriangular _, Op.Solve _ ->
                specs(dtype, right(op, square(op, a), in[1].layout().shape()));
            case Op.Det _ -> specs(dtype, square(op, a).slice(0, a.rank() - 2));
            case Op.SlogDet _ -> specs(dtype, square(op, a).slice(0, a.rank() - 2), lead);
            case Op.Qr(var complete) -> {
                long k = complete ? m : least;
                yield specs(dtype, lead.concat(Shape.of(m, k)), lead.concat(Shape.of(k, n)));
            }
            case Op.Svd(var full) ->
                specs(
                        dtype,
                        lead.concat(Shape.of(m, full ? m : least)),
                        lead.concat(Shape.of(least)),
                        lead.concat(Shape.of(full ? n : least, n)));
            case Op.Eigh _ -> specs(dtype, square(op, a).without(a.rank() - 1), a);
        };
    }

    static OutputSpec[] outputs(Op.Pinv op, TensorView in) {
        Shape a = matrices(op, in);
        Shape checked = op.hermitian() ? square(op, a) : a;
        Shape lead = checked.slice(0, a.rank() - 2);
        return specs(real(op, in.dtype()), lead.concat(Shape.of(a.size(-1), a.size(-2))));
    }

    private static OutputSpec[] specs(DType dtype, Shape... shapes) {
        OutputSpec[] specs = new OutputSpec[shapes.length];
        for (int i = 0; i < specs.length; i++) {
            specs[i] = new OutputSpec(shapes[i], dtype);
        }
        return specs;
    }

    private static Shape matrices(Op op, TensorView view) {
        Shape a = view.layout().shape();
        if (a.rank() < 2) {
            throw new ShapeException(
                    op.operatorName() + ": shape " + a + " is no matrix: it must have two dimensions or more");
        }
        return a;
    }

    private static Shape square(Op op, Shape a) {
        if (a.size(-1) != a.size(-2)) {
            throw new ShapeException(op.operatorName() + ": shape " + a + " has matrices of " + a.size(-2) + " by "
                    + a.size(-1) + ": they must be square");
        }
        return a;
    }

    private static Shape right(Op op, Shape a, Shape b) {
        int rank = a.rank();
        boolean fits = b.rank() == rank
                && b.size(-2) == a.size(-1)
                && b.slice(0, rank - 2).equals(a.slice(0, rank - 2));
        if (!fits) {
            throw new ShapeException(op.operatorName() + ": shapes " + a + " and " + b
                    + " do not fit: the right sides need as many rows as the matrices, and the same batch");
        }
        return b;
    }

    private static DType real(Op op, DType dtype) {
        if (dtype != DType.F32 && dtype != DType.F64) {
            throw new DTypeException(
                    op.operatorName() + ": not defined for " + dtype + ": cast with toFloat() or toDouble() first");
        }
        return dtype;
    }
}
