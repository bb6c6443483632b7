package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import org.jspecify.annotations.Nullable;

/** From the calls of {@link DecompositionOps} to the operators of linear algebra, and what is composed of several. */
final class Matrices {
    private Matrices() {}

    static Tensor one(Op.Composite op, Tensor... in) {
        return all(op, in)[0];
    }

    static Tensor[] all(Op.Composite op, Tensor... in) {
        return Dispatch.composite(op, in);
    }

    static Tensor transposed(String operator, Tensor a) {
        if (a.dim() < 2) {
            throw new ShapeException(
                    operator + ": shape " + a.shape() + " is no matrix: it must have two dimensions or more");
        }
        return a.transpose(-1, -2);
    }

    static Tensor logdet(Tensor a) {
        SlogDet determinant = a.slogdet();
        return determinant.logAbsDet().maskedFill(determinant.sign().lt(0), Double.NaN);
    }

    static Tensor solve(Tensor a, Tensor b, boolean left) {
        requireMatrices("solve", a, b);
        if (isVector(a, b)) {
            return left
                    ? binary(new Op.Solve(), a, b.unsqueeze(-1)).squeeze(-1)
                    : solve(transposed("solve", a), b, true);
        }
        return left
                ? binary(new Op.Solve(), a, b)
                : binary(new Op.Solve(), transposed("solve", a), transposed("solve", b))
                        .transpose(-1, -2);
    }

    static Tensor solveTriangular(Tensor a, Tensor b, boolean upper, boolean left, boolean unitriangular) {
        String operator = "solveTriangular";
        requireMatrices(operator, a, b);
        if (!left) {
            return binary(
                            new Op.SolveTriangular(!upper, unitriangular),
                            transposed(operator, a),
                            transposed(operator, b))
                    .transpose(-1, -2);
        }
        return binary(new Op.SolveTriangular(upper, unitriangular), a, b);
    }

    /** An operator on a matrix and its right sides, leading dimensions broadcast. */
    private static Tensor binary(Op.LinearAlgebra op, Tensor a, Tensor b) {
        if (b.dim() < 2) {
            throw new ShapeException(op.operatorName() + ": shapes " + a.shape() + " and " + b.shape()
                    + ": the right side is no matrix, and no vector for each matrix");
        }
        Shape lead = Shape.broadcast(
                op.operatorName(), a.shape().slice(0, a.dim() - 2), b.shape().slice(0, b.dim() - 2));
        return one(
                op,
                a.expand(lead.concat(a.shape().slice(a.dim() - 2, a.dim()))),
                b.expand(lead.concat(b.shape().slice(b.dim() - 2, b.dim()))));
    }

    /** Whether {@code b} is a vector, or one for each matrix of {@code a}: {@code torch.linalg}'s rule. */
    private static boolean isVector(Tensor a, Tensor b) {
        return b.dim() == 1
                || b.dim() == a.dim() - 1 && b.shape().equals(a.shape().slice(0, a.dim() - 1));
    }

    private static void requireMatrices(String operator, Tensor a, Tensor b) {
        transposed(operator, a);
        if (a.dtype() != b.dtype()) {
            throw new DTypeException(operator + ": dtypes " + a.dtype() + " and " + b.dtype()
                    + " differ: cast one with to(DType) first");
        }
    }

    /** What singular values are compared with. */
    private record Tolerances(double atol, double rtol) {
        static Tolerances of(Tensor a, @Nullable Double atol, @Nullable Double rtol) {
            double absolute = atol == null ? 0 : atol;
            double precision = a.dtype() == DType.F64 ? Math.ulp(1.0) : Math.ulp(1f);
            double size = a.dim() < 2 ? 0 : Math.max(a.size(-1), a.size(-2));
            double relative = rtol != null ? rtol : absolute > 0 ? 0 : precision * size;
            return new Tolerances(absolute, relative);
        }
    }

    static Tensor pinv(Tensor a, @Nullable Double atol, @Nullable Double rtol, boolean hermitian) {
        Tolerances tolerances = Tolerances.of(a, atol, rtol);
        return one(new Op.Pinv(tolerances.atol(), tolerances.rtol(), hermitian), a);
    }

    static Tensor rank(Tensor a, @Nullable Double atol, @Nullable Double rtol, boolean hermitian) {
        Tensor plain = a.detach();
        Tensor values = hermitian ? plain.eigvalsh().abs() : plain.svdvals();
        return rank(values, Tolerances.of(a, atol, rtol));
    }

    private static Tensor rank(Tensor values, Tolerances tolerances) {
        if (values.size(-1) == 0) {
            return Tensor.zeros(values.shape().without(values.dim() - 1), DType.I64, values.device());
        }
        Tensor threshold = values.amax(-1, true).mul(tolerances.rtol()).clampMin(tolerances.atol());
        return values.gt(threshold).sum(-1);
    }

    static Tensor power(Tensor a, long exponent) {
        if (a.dim() < 2 || a.size(-1) != a.size(-2)) {
            throw new ShapeException("matrixPower: shape " + a.shape() + " has no square matrices");
        }
        if (exponent == 0) {
            return Tensor.eye(a.size(-1), a.size(-1), a.dtype(), a.device())
                    .expand(a.shape())
                    .clone();
        }
        Tensor square = exponent < 0 ? a.inverse() : a;
        @Nullable Tensor product = null;
        for (long rest = exponent; rest != 0; rest /= 2) {
            if (rest % 2 != 0) {
                product = product == null ? square : product.matmul(square);
            }
            square = rest / 2 == 0 ? square : square.matmul(square);
        }
        return product == null || exponent == 1 ? a.clone() : product;
    }

    static LstSq lstsq(Tensor a, Tensor b, @Nullable Double rcond) {
        requireMatrices("lstsq", a, b);
        boolean vector = isVector(a, b);
        Tensor right = vector ? b.unsqueeze(-1) : b;
        if (right.size(-2) != a.size(-2)) {
            throw new ShapeException("lstsq: shapes " + a.shape() + " and " + b.shape() + " do not fit: they have "
                    + a.size(-2) + " and " + right.size(-2) + " rows");
        }
        Tensor solution = pinv(a, null, rcond, false).matmul(right);
        Tensor values = a.detach().svdvals();
        Tensor rank = rank(values, Tolerances.of(a, null, rcond));
        boolean determined =
                a.size(-2) > a.size(-1) && rank.eq(a.size(-1)).all().itemBoolean();
        Tensor residuals = determined
                ? a.matmul(solution).sub(right).square().sum(-2)
                : Tensor.empty(Shape.of(0), a.dtype(), a.device());
        return new LstSq(vector ? solution.squeeze(-1) : solution, residuals, rank, values);
    }
}
