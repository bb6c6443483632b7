package io.gatun.tensor;

import org.jspecify.annotations.Nullable;

/** The element-wise operators that are made of others. */
final class Arithmetic {
    private Arithmetic() {}

    /** {@code other} times {@code alpha}, on its way to being added to {@code x}, in the dtype of that sum. */
    static Tensor scaled(String operator, Tensor x, Tensor other, Scalar alpha) {
        return times(operator, other.to(Promotion.of(x, other)), alpha);
    }

    private static Tensor times(String operator, Tensor x, Scalar factor) {
        if (!x.dtype().isInexact() && factor.category() == DType.Category.FLOATING) {
            throw new DTypeException(
                    operator + ": the factor " + factor + " is a floating-point number, and the result is " + x.dtype()
                            + ": use an integer, or cast an operand first");
        }
        return x.mul(Elementwise.scalar(factor, x.dtype(), x));
    }

    /** {@code value * a * b}, on its way to being added to {@code x}, in the dtype of that sum. */
    static Tensor product(Tensor x, Tensor a, Tensor b, double value) {
        DType dtype = Promotion.of(x, a, b);
        return times("addcmul", a.to(dtype).mul(b.to(dtype)), value);
    }

    /** {@code value * a / b}, on its way to being added to {@code x}, in the dtype of that sum. */
    static Tensor quotient(Tensor x, Tensor a, Tensor b, double value) {
        if (!a.dtype().isInexact() && !b.dtype().isInexact()) {
            throw new DTypeException("addcdiv: " + a.dtype() + " is not divided by " + b.dtype()
                    + " here: cast with toFloat() first, or use addcmul with a quotient of integers");
        }
        DType dtype = Promotion.of(x, a, b);
        return times("addcdiv", a.to(dtype).div(b.to(dtype)), value);
    }

    /** By a number that was given as a double for want of another overload: an integer, where {@code x} is of integers. */
    static Tensor times(String operator, Tensor x, double value) {
        if (value == 1) {
            return x;
        }
        boolean whole = !x.dtype().isInexact() && value == Math.rint(value);
        return times(operator, x, whole ? Scalar.of((long) value) : Scalar.of(value));
    }

    /** Steps of a fraction, each cut off to an integer; counted from the nearer end, which is met exactly. */
    static Tensor linspaceOfIntegers(long start, long end, long steps, DType dtype) {
        double step = steps > 1 ? (double) (end - start) / (steps - 1) : 0;
        Tensor place = Tensor.arange(steps);
        Tensor front = place.to(DType.F64).mul(step).add((double) start);
        Tensor back = place.rsub(steps - 1).to(DType.F64).mul(-step).add((double) end);
        return Tensor.where(place.lt(Math.max(1, steps / 2)), front, back).to(dtype);
    }

    static Tensor lcm(Tensor x, Tensor y) {
        DType dtype = Promotion.of(x, y);
        Tensor a = x.to(dtype);
        Tensor b = y.to(dtype);
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
