package io.gatun.tensor;

/** The functions of {@link SpecialOps} that are made of others. */
final class SpecialFunctions {
    private static final double LN_2 = Math.log(2);

    private SpecialFunctions() {}

    private static Tensor floating(Tensor x) {
        return x.to(Promotion.floating(x.dtype()));
    }

    /** (-1)^(n + 1) n! zeta(n + 1, x). */
    static Tensor polygamma(Tensor x, int n) {
        if (n < 0) {
            throw new ValueException("polygamma: the order " + n + " must not be negative");
        }
        if (n == 0) {
            return x.digamma();
        }
        double factor = n % 2 == 0 ? -1 : 1;
        for (int i = 2; i <= n; i++) {
            factor *= i;
        }
        Tensor operand = floating(x);
        return Elementwise.scalar(Scalar.of(n + 1L), operand.dtype(), operand)
                .zeta(operand)
                .mul(factor);
    }

    static Tensor mvlgamma(Tensor x, int p) {
        if (p < 1) {
            throw new ValueException("mvlgamma: the dimension " + p + " must be positive");
        }
        Tensor operand = floating(x);
        Tensor sum = operand.lgamma();
        for (int i = 1; i < p; i++) {
            sum = sum.add(operand.sub(i / 2.0).lgamma());
        }
        return sum.add(p * (p - 1) / 4.0 * Math.log(Math.PI));
    }

    static Tensor sinc(Tensor x) {
        Tensor angle = floating(x).mul(Math.PI);
        Tensor zero = angle.eq(0);
        Tensor ratio = angle.sin().div(angle.maskedFill(zero, 1));
        // 1 - angle^2 / 6 there, for the sake of the derivatives
        return Tensor.where(zero, angle.square().mul(-1.0 / 6).add(1), ratio);
    }

    static Tensor logit(Tensor x) {
        Tensor p = floating(x);
        return p.log().sub(p.neg().log1p()); // and so the slope is infinite, not NaN, at 0 and 1
    }

    static Tensor logit(Tensor x, double eps) {
        return logit(floating(x).clamp(eps, 1 - eps));
    }

    static Tensor xlogy(Tensor factor, Tensor y) {
        DType dtype = Promotion.floating(Promotion.of(factor, y));
        Tensor x = factor.to(dtype);
        Tensor power = y.to(dtype);
        Tensor vanishes = x.eq(0).logicalAnd(power.le(0).logicalOr(power.isinf()));
        return x.mul(Tensor.where(vanishes, Tensor.onesLike(power), power).log());
    }

    /**
     * The larger plus log(1 + e^-|a - b|). The absolute value is written as a choice: whichever side is taken at a = b,
     * its formula is smooth there, and so all derivatives are right.
     */
    static Tensor logAddExp(Tensor x, Tensor y) {
        DType dtype = Promotion.floating(Promotion.of(x, y));
        Tensor a = x.to(dtype);
        Tensor b = y.to(dtype);
        Tensor bothInfinite = a.eq(b).logicalAnd(a.isinf()); // their difference would be NaN
        Tensor difference = a.sub(b).maskedFill(bothInfinite, 0);
        Tensor aLeads = difference.ge(0);
        Tensor decay = Tensor.where(aLeads, difference.neg(), difference).exp();
        return Tensor.where(aLeads, a, b).add(decay.log1p());
    }

    static Tensor logAddExp2(Tensor x, Tensor y) {
        DType dtype = Promotion.floating(Promotion.of(x, y));
        return logAddExp(x.to(dtype).mul(LN_2), y.to(dtype).mul(LN_2)).mul(1 / LN_2);
    }
}
