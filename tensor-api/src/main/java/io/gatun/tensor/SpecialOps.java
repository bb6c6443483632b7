package io.gatun.tensor;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.UnaryKind;

/**
 * The higher functions of {@link Tensor}, element by element: inverse hyperbolic, error, gamma and zeta functions, and
 * logarithms that stay accurate where the plain formula would overflow or cancel.
 *
 * <p>All take any real dtype and give a floating-point one, {@code F32} for integers and bool; the forms in place want a
 * floating-point tensor ({@link DTypeException}). Operands broadcast and promote as in {@link ElementwiseOps}.
 */
public sealed interface SpecialOps permits Tensor {
    /** The inverse hyperbolic sine. */
    default Tensor asinh() {
        return Elementwise.unary(UnaryKind.ASINH, (Tensor) this);
    }

    /** {@link #asinh()} in place. */
    default Tensor asinh_() {
        return Elementwise.unaryInPlace(UnaryKind.ASINH, (Tensor) this);
    }

    /** The inverse hyperbolic cosine; NaN below 1. */
    default Tensor acosh() {
        return Elementwise.unary(UnaryKind.ACOSH, (Tensor) this);
    }

    /** {@link #acosh()} in place. */
    default Tensor acosh_() {
        return Elementwise.unaryInPlace(UnaryKind.ACOSH, (Tensor) this);
    }

    /** The inverse hyperbolic tangent; infinite for 1 and -1, NaN outside. */
    default Tensor atanh() {
        return Elementwise.unary(UnaryKind.ATANH, (Tensor) this);
    }

    /** {@link #atanh()} in place. */
    default Tensor atanh_() {
        return Elementwise.unaryInPlace(UnaryKind.ATANH, (Tensor) this);
    }

    /** 1 - erf(x), accurate where erf is near 1. */
    default Tensor erfc() {
        return Elementwise.unary(UnaryKind.ERFC, (Tensor) this);
    }

    /** {@link #erfc()} in place. */
    default Tensor erfc_() {
        return Elementwise.unaryInPlace(UnaryKind.ERFC, (Tensor) this);
    }

    /** The inverse of the error function; infinite for 1 and -1, NaN outside. */
    default Tensor erfinv() {
        return Elementwise.unary(UnaryKind.ERFINV, (Tensor) this);
    }

    /** {@link #erfinv()} in place. */
    default Tensor erfinv_() {
        return Elementwise.unaryInPlace(UnaryKind.ERFINV, (Tensor) this);
    }

    /** log |gamma(x)|; infinite at 0 and the negative integers. */
    default Tensor lgamma() {
        return Elementwise.unary(UnaryKind.LGAMMA, (Tensor) this);
    }

    /** {@link #lgamma()} in place. */
    default Tensor lgamma_() {
        return Elementwise.unaryInPlace(UnaryKind.LGAMMA, (Tensor) this);
    }

    /** The derivative of {@link #lgamma()}; infinite at 0, NaN at the negative integers. */
    default Tensor digamma() {
        return Elementwise.unary(UnaryKind.DIGAMMA, (Tensor) this);
    }

    /** {@link #digamma()} in place. */
    default Tensor digamma_() {
        return Elementwise.unaryInPlace(UnaryKind.DIGAMMA, (Tensor) this);
    }

    /**
     * The {@code n}-th derivative of {@link #digamma()}.
     *
     * @throws ValueException if {@code n} is negative
     */
    default Tensor polygamma(int n) {
        return SpecialFunctions.polygamma((Tensor) this, n);
    }

    /** {@link #polygamma(int)} in place. */
    default Tensor polygamma_(int n) {
        return Elementwise.assign(
                "polygamma", (Tensor) this, Elementwise.old((Tensor) this).polygamma(n));
    }

    /**
     * The logarithm of the {@code p}-dimensional gamma function, which is defined above (p - 1) / 2.
     *
     * @throws ValueException if {@code p} is below 1
     */
    default Tensor mvlgamma(int p) {
        return SpecialFunctions.mvlgamma((Tensor) this, p);
    }

    /** {@link #mvlgamma(int)} in place. */
    default Tensor mvlgamma_(int p) {
        return Elementwise.assign(
                "mvlgamma", (Tensor) this, Elementwise.old((Tensor) this).mvlgamma(p));
    }

    /**
     * The sum of (q + k)^-x over k from 0 on: PyTorch's {@code special.zeta}. Floating-point operands only; it has a
     * gradient in {@code q} and none in this.
     */
    default Tensor zeta(Tensor q) {
        return Elementwise.binary(BinaryKind.ZETA, (Tensor) this, q);
    }

    /** 2^x. */
    default Tensor exp2() {
        Tensor x = (Tensor) this;
        return Elementwise.binary(BinaryKind.POW, Scalar.of(2.0), x.to(Promotion.floating(x.dtype())));
    }

    /** {@link #exp2()} in place. */
    default Tensor exp2_() {
        return Elementwise.assign(
                "exp2", (Tensor) this, Elementwise.old((Tensor) this).exp2());
    }

    /** sin(pi x) / (pi x), and 1 at 0. */
    default Tensor sinc() {
        return SpecialFunctions.sinc((Tensor) this);
    }

    /** {@link #sinc()} in place. */
    default Tensor sinc_() {
        return Elementwise.assign(
                "sinc", (Tensor) this, Elementwise.old((Tensor) this).sinc());
    }

    /** log(x / (1 - x)); NaN outside [0, 1]. */
    default Tensor logit() {
        return SpecialFunctions.logit((Tensor) this);
    }

    /** {@link #logit()} of this clamped to [{@code eps}, 1 - {@code eps}]. */
    default Tensor logit(double eps) {
        return SpecialFunctions.logit((Tensor) this, eps);
    }

    /** {@link #logit()} in place. */
    default Tensor logit_() {
        return Elementwise.assign(
                "logit", (Tensor) this, Elementwise.old((Tensor) this).logit());
    }

    /** {@link #logit(double)} in place. */
    default Tensor logit_(double eps) {
        return Elementwise.assign(
                "logit", (Tensor) this, Elementwise.old((Tensor) this).logit(eps));
    }

    /** x log(y), and 0 where x is 0 and y not NaN. */
    default Tensor xlogy(Tensor other) {
        return SpecialFunctions.xlogy((Tensor) this, other);
    }

    /** {@link #xlogy(Tensor)} with a number. */
    default Tensor xlogy(double other) {
        Tensor x = (Tensor) this;
        return xlogy(Elementwise.scalar(Scalar.of(other), Promotion.floating(x.dtype()), x));
    }

    /** {@link #xlogy(Tensor)} in place. */
    default Tensor xlogy_(Tensor other) {
        return Elementwise.assign(
                "xlogy", (Tensor) this, Elementwise.old((Tensor) this, other).xlogy(other));
    }

    /** {@link #xlogy(double)} in place. */
    default Tensor xlogy_(double other) {
        return Elementwise.assign(
                "xlogy", (Tensor) this, Elementwise.old((Tensor) this).xlogy(other));
    }

    /** log(e^x + e^y), without overflow. */
    default Tensor logaddexp(Tensor other) {
        return SpecialFunctions.logAddExp((Tensor) this, other);
    }

    /** log2(2^x + 2^y), without overflow. */
    default Tensor logaddexp2(Tensor other) {
        return SpecialFunctions.logAddExp2((Tensor) this, other);
    }
}
