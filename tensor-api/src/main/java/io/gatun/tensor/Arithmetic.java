package io.gatun.tensor;

import org.jspecify.annotations.Nullable;

/** The element-wise operators that are made of others. */
final class Arithmetic {
    private Arithmetic() {}

    static Tensor lcm(Tensor a, Tensor b) {
        Tensor divisor = a.gcd(b);
        Tensor safe = divisor.maskedFill(divisor.eq(0), 1); // of 0 and 0, whose multiple is 0
        return a.div(safe, RoundingMode.TRUNC).abs().mul(b.abs());
    }

    static Tensor round(Tensor x, int decimals) {
        if (!x.dtype().isFloatingPoint()) {
            throw new DTypeException("round: " + x.dtype() + " cannot be rounded to " + decimals
                    + " decimals: cast with toFloat() first");
        }
        if (decimals == 0) {
            return x.round();
        }
        double ten = Math.pow(10, Math.abs(decimals));
        return decimals > 0 ? x.mul(ten).round().div(ten) : x.div(ten).round().mul(ten);
    }

    static Tensor heaviside(Tensor x, Tensor values) {
        Comparisons.sameDType("heaviside", x, values);
        return Tensor.where(x.eq(0), values.detach(), x.detach().gt(0).to(x.dtype()));
    }

    static Tensor nanToNum(Tensor x, double nan, @Nullable Double posinf, @Nullable Double neginf) {
        DType dtype = x.dtype();
        if (!dtype.isInexact()) {
            return x.clone();
        }
        double largest = dtype == DType.F64 ? Double.MAX_VALUE : Float.MAX_VALUE;
        if (dtype.byteSize() == 2) {
            largest = dtype == DType.F16 ? 65504 : 0x1.FEp127;
        }
        Tensor infinite = x.isinf();
        return x.maskedFill(x.isnan(), nan)
                .maskedFill(infinite.logicalAnd(x.gt(0)), posinf == null ? largest : posinf)
                .maskedFill(infinite.logicalAnd(x.lt(0)), neginf == null ? -largest : neginf);
    }

    static Tensor fmax(Tensor a, Tensor b) {
        return Tensor.where(a.ge(b).logicalOr(b.isnan()), a, b);
    }

    static Tensor fmin(Tensor a, Tensor b) {
        return Tensor.where(a.le(b).logicalOr(b.isnan()), a, b);
    }

    /** From the nearer end, so that a weight of 1 gives the end exactly. */
    static Tensor lerp(Tensor x, Tensor end, double weight) {
        Comparisons.sameDType("lerp", x, end);
        Tensor difference = end.sub(x);
        return Math.abs(weight) < 0.5 ? x.add(difference.mul(weight)) : end.sub(difference.mul(1 - weight));
    }

    static Tensor lerp(Tensor x, Tensor end, Tensor weight) {
        Comparisons.sameDType("lerp", x, end);
        Comparisons.sameDType("lerp", x, weight);
        Tensor difference = end.sub(x);
        Tensor fromStart = x.add(difference.mul(weight));
        return Elementwise.where(weight.detach().abs().lt(0.5), fromStart, end.sub(difference.mul(weight.rsub(1))));
    }
}
