package io.gatun.tensor;

/** The comparisons that are made of others. */
final class Comparisons {
    private Comparisons() {}

    static Tensor signBit(Tensor x) {
        return x.dtype().isFloatingPoint()
                ? Tensor.onesLike(x).copysign(x.detach()).lt(0)
                : x.lt(0);
    }

    static Tensor isClose(Tensor a, Tensor b, double rtol, double atol, boolean equalNan) {
        sameDType("isclose", a, b);
        if (!(rtol >= 0) || !(atol >= 0)) {
            throw new ValueException("isclose: the tolerances " + rtol + " and " + atol + " must not be negative");
        }
        Tensor x = a.detach();
        Tensor y = b.detach();
        Tensor equal = x.eq(y);
        if (x.dtype() == DType.BOOL) {
            return equal;
        }
        Tensor difference = x.sub(y).abs();
        Tensor near =
                difference.isfinite().logicalAnd(difference.le(y.mul(rtol).abs().add(atol)));
        Tensor close = equal.logicalOr(near);
        return equalNan ? close.logicalOr(x.isnan().logicalAnd(y.isnan())) : close;
    }

    static void sameDType(String operator, Tensor a, Tensor b) {
        if (a.dtype() != b.dtype()) {
            throw new DTypeException(operator + ": dtypes " + a.dtype() + " and " + b.dtype()
                    + " differ: cast one with to(DType) first");
        }
    }
}
