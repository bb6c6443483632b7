package io.gatun.autograd;

import static io.gatun.autograd.Gradient.A;
import static io.gatun.autograd.Gradient.OUT;
import static io.gatun.autograd.Gradient.SECOND;
import static io.gatun.autograd.Gradient.THIRD;
import static io.gatun.autograd.Rule.with;

import io.gatun.tensor.Shape;
import io.gatun.tensor.Svd;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.op.Op;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of linear algebra. Most are derived in M. Giles, "An extended collection of matrix derivative results for
 * forward and reverse mode algorithmic differentiation", Oxford University, 2008; others say where.
 *
 * <p>A formula writes ḡ for the gradient of a result or operand, as the papers do: {@code gq} is that of Q.
 */
final class MatrixRules {
    private MatrixRules() {}

    static Rule of(Op.LinearAlgebra op) {
        return switch (op) {
            case Op.Cholesky(var upper) ->
                Rule.of(OUT, (n, g) -> upper ? cholesky(t(n.out()), t(g)) : cholesky(n.out(), g));
            case Op.SolveTriangular(var upper, var unit) ->
                Rule.of(
                        with(A | OUT, (n, g) -> {
                            Tensor whole = minusOuter(t(n.a()).solveTriangular(g, !upper, true, unit), n.out());
                            long shift = unit ? 1 : 0;
                            return upper ? whole.triu(shift) : whole.tril(-shift);
                        }),
                        with(A, (n, g) -> t(n.a()).solveTriangular(g, !upper, true, unit)));
            case Op.Solve _ ->
                Rule.of(
                        with(A | OUT, (n, g) -> minusOuter(t(n.a()).solve(g), n.out())),
                        with(A, (n, g) -> t(n.a()).solve(g)));
            case Op.Inverse _ ->
                Rule.of(OUT, (n, g) -> t(n.out()).matmul(g).matmul(t(n.out())).neg());
            case Op.Det _ -> Rule.of(A | OUT, (n, g) -> determinant(n.a(), n.out(), g));
            case Op.SlogDet _ -> Rule.joint(A | OUT, (n, g) -> logarithm(n.a(), n.out(), g[1]));
            case Op.Qr(var complete) ->
                Rule.joint(OUT | SECOND, (n, g) -> qr(complete, n.out(), n.second(), g[0], g[1]));
            case Op.Svd _ ->
                Rule.joint(
                        OUT | SECOND | THIRD,
                        (n, g) -> singularValues(new Svd(n.out(), n.second(), n.third()), g[0], g[1], g[2]));
            case Op.Eigh _ -> Rule.joint(OUT | SECOND, (n, g) -> eigenvalues(n.out(), n.second(), g[0], g[1]));
        };
    }

    private static Tensor t(Tensor matrices) {
        return matrices.transpose(-1, -2);
    }

    /** -Y·Xᵀ, the gradient of A in A·X = B for the gradient Y of B. */
    private static Tensor minusOuter(Tensor y, Tensor x) {
        return y.matmul(t(x)).neg();
    }

    /** One element a matrix, as a matrix of one. */
    private static Tensor asMatrix(Tensor numbers) {
        return numbers.unsqueeze(-1).unsqueeze(-1);
    }

    private static Tensor identity(long n, Tensor like) {
        return Tensor.eye(n, n, like.dtype(), like.device());
    }

    /** (..., n) as the diagonals of (..., n, n). */
    private static Tensor diagonal(Tensor numbers) {
        return numbers.unsqueeze(-1).mul(identity(numbers.size(-1), numbers));
    }

    /**
     * ½(S + Sᵀ), S = L⁻ᵀ·Φ(Lᵀ·ḡ)·L⁻¹, Φ the lower triangle with half the diagonal: I. Murray, "Differentiation of the
     * Cholesky decomposition", 2016.
     */
    private static Tensor cholesky(Tensor l, Tensor g) {
        Tensor phi = t(l).matmul(g);
        Tensor halved = phi.tril().add(phi.tril(-1)).mul(0.5);
        Tensor left = t(l).solveTriangular(halved, true);
        Tensor s = t(t(l).solveTriangular(t(left), true));
        return s.add(t(s)).mul(0.5);
    }

    /**
     * ḡ·det(A)·A⁻ᵀ, and ḡ·adj(A)ᵀ where A has no inverse: with A = U·S·Vᵀ, adj(A)ᵀ = det(U·V)·U·diag(products of the other
     * singular values)·Vᵀ. In a mixed batch either formula gets harmless matrices in the place of those of the other.
     */
    private static Tensor determinant(Tensor a, Tensor det, Tensor g) {
        Tensor weight = asMatrix(g);
        Tensor singular = asMatrix(det.detach().eq(0));
        if (!singular.any().itemBoolean()) {
            return weight.mul(asMatrix(det)).mul(t(a.inverse()));
        }
        long n = a.size(-1);
        Tensor regular = Tensor.where(singular, identity(n, a), a);
        Tensor ordinary = asMatrix(det).mul(t(regular.inverse()));
        Tensor distinct = diagonal(Tensor.arange(1, n + 1).to(a.device()).to(a.dtype()));
        Svd svd = Tensor.where(singular, a, distinct).svd(false);
        Tensor sign = asMatrix(svd.u().det().mul(svd.vh().det()));
        Tensor others = Products.others(svd.s());
        Tensor adjugate = sign.mul(svd.u().mul(others.unsqueeze(-2)).matmul(svd.vh()));
        return weight.mul(Tensor.where(singular, adjugate, ordinary));
    }

    /** ḡ·A⁻ᵀ; NaN where A is singular, and the logarithm has no derivative. The sign is constant almost everywhere. */
    private static Tensor logarithm(Tensor a, Tensor sign, @Nullable Tensor g) {
        if (g == null) {
            return Tensor.zerosLike(a);
        }
        Tensor singular = asMatrix(sign.detach().eq(0));
        if (!singular.any().itemBoolean()) {
            return asMatrix(g).mul(t(a.inverse()));
        }
        Tensor regular = Tensor.where(singular, identity(a.size(-1), a), a);
        return asMatrix(g).mul(t(regular.inverse()).maskedFill(singular, Double.NaN));
    }

    /**
     * For A (m, n) with m ≥ n: (Q̄ + Q·sym(M))·R⁻ᵀ, M = R̄·Rᵀ - Qᵀ·Q̄ and sym(M) its upper triangle mirrored. Otherwise,
     * with A = (A₁, A₂) and R = (R₁, R₂), R₁ square: Q·(R̄ + (tril₋₁(N - Nᵀ)·R₁⁻ᵀ, 0)), N = Qᵀ·Q̄ - R̄·Rᵀ. S. Walter,
     * L. Lehmann and R. Lamour, "On evaluating higher-order derivatives of the QR decomposition of tall matrices with full
     * column rank in forward and reverse mode algorithmic differentiation", 2012; H.-J. Liao et al., "Differentiable
     * programming tensor networks", 2019.
     */
    private static Tensor qr(boolean complete, Tensor q, Tensor r, @Nullable Tensor gq, @Nullable Tensor gr) {
        long m = q.size(-2);
        long n = r.size(-1);
        if (complete && m > n) {
            throw new TensorStateException("qr: for matrices of " + m + " by " + n
                    + " the complete form has no gradient, as the last columns of Q are not unique: use qr(false)");
        }
        Tensor flowQ = gq == null ? Tensor.zerosLike(q) : gq;
        Tensor flowR = gr == null ? Tensor.zerosLike(r) : gr;
        if (m >= n) {
            Tensor both = flowR.matmul(t(r)).sub(t(q).matmul(flowQ)).triu();
            Tensor symmetric = both.add(t(both.triu(1)));
            return t(r.solveTriangular(t(flowQ.add(q.matmul(symmetric))), true));
        }
        Tensor skew = t(q).matmul(flowQ).sub(flowR.matmul(t(r)));
        Tensor lower = skew.sub(t(skew)).tril(-1);
        Tensor first = t(r.narrow(-1, 0, m).solveTriangular(t(lower), true));
        Tensor rest = Tensor.zeros(first.shape().with(-1, n - m), r.dtype(), r.device());
        return q.matmul(flowR.add(Tensor.cat(List.of(first, rest), -1)));
    }

    /**
     * U·((skew(UᵀŪ)/E)·S + S·(skew(VᵀV̄)/E) + diag(S̄))·Vᵀ, with E(j, k) = s(k)² - s(j)², and what flows out of the spaces of
     * U and V: J. Townsend, "Differentiating the singular value decomposition", 2016. The rest of full matrices is left
     * out.
     */
    private static Tensor singularValues(
            Svd svd, @Nullable Tensor fullU, @Nullable Tensor gs, @Nullable Tensor fullVh) {
        long k = svd.s().size(-1);
        Tensor u = svd.u().narrow(-1, 0, k);
        Tensor s = svd.s();
        Tensor vh = svd.vh().narrow(-2, 0, k);
        Tensor inner = gs == null ? Tensor.zerosLike(s) : gs;
        if (fullU == null && fullVh == null) {
            return u.mul(inner.unsqueeze(-2)).matmul(vh);
        }
        Tensor column = s.unsqueeze(-1);
        Tensor row = s.unsqueeze(-2);
        Tensor e = row.sub(column).mul(row.add(column)).add(identity(k, s));
        Tensor middle = diagonal(inner);
        Tensor outside = Tensor.zeros(Shape.scalar(), s.dtype(), s.device());
        if (fullU != null) {
            Tensor gu = fullU.narrow(-1, 0, k);
            Tensor own = t(u).matmul(gu);
            middle = middle.add(own.sub(t(own)).div(e).mul(row));
            if (u.size(-2) > k) {
                outside = outside.add(gu.sub(u.matmul(own)).div(row).matmul(vh));
            }
        }
        if (fullVh != null) {
            Tensor gvh = fullVh.narrow(-2, 0, k);
            Tensor own = vh.matmul(t(gvh));
            middle = middle.add(column.mul(own.sub(t(own)).div(e)));
            if (vh.size(-1) > k) {
                outside = outside.add(u.matmul(gvh.sub(t(own).matmul(vh)).div(column)));
            }
        }
        return u.matmul(middle).matmul(vh).add(outside);
    }

    /** V·(diag(λ̄) + (Vᵀ·V̄)/E)·Vᵀ, E(j, k) = λ(k) - λ(j), and nothing on the diagonal of the quotient. */
    private static Tensor eigenvalues(Tensor values, Tensor vectors, @Nullable Tensor gl, @Nullable Tensor gv) {
        Tensor inner = gl == null ? Tensor.zerosLike(values) : gl;
        if (gv == null) {
            return vectors.mul(inner.unsqueeze(-2)).matmul(t(vectors));
        }
        Tensor one = identity(values.size(-1), values);
        Tensor e = values.unsqueeze(-2).sub(values.unsqueeze(-1)).add(one);
        Tensor off = t(vectors).matmul(gv).div(e).mul(one.eq(0).to(values.dtype()));
        return vectors.matmul(diagonal(inner).add(off)).matmul(t(vectors));
    }

    /**
     * Of P = A⁺ with gradient ḡ: -Pᵀ·ḡ·Pᵀ + (1 - A·P)·ḡᵀ·P·Pᵀ + Pᵀ·P·ḡᵀ·(1 - P·A): G. H. Golub and V. Pereyra, "The
     * Differentiation of Pseudo-Inverses and Nonlinear Least Squares Problems Whose Variables Separate", 1973.
     */
    static Tensor pseudoInverse(Tensor a, Tensor p, Tensor g) {
        Tensor left = t(g).matmul(p);
        Tensor right = p.matmul(t(g));
        Tensor first = t(p).matmul(g).matmul(t(p));
        Tensor second = left.sub(a.matmul(p.matmul(left))).matmul(t(p));
        Tensor third = t(p).matmul(right.sub(right.matmul(p).matmul(a)));
        return second.add(third).sub(first);
    }
}
