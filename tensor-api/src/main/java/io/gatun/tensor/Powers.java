package io.gatun.tensor;

import io.gatun.tensor.op.BinaryKind;
import java.util.Set;

/** Powers to a number, of which the common ones have operators of their own: exact, and far quicker than a logarithm. */
final class Powers {
    private static final Set<Double> COMMON = Set.of(-2.0, -1.0, -0.5, 0.5, 2.0, 3.0);

    private Powers() {}

    static Tensor pow(Tensor x, Scalar exponent) {
        double e = exponent.doubleValue();
        DType dtype = Promotion.of(x, exponent);
        if (!dtype.isInexact() && e < 0) {
            throw new ValueException("pow: integers have no power of " + exponent + ": cast with toFloat() first");
        }
        if (e == 1) {
            return x.to(dtype).clone();
        }
        Tensor base = x.to(dtype);
        if (e == 2) {
            return base.square();
        }
        if (e == 3) {
            return base.square().mul(base);
        }
        if (dtype.isInexact()) {
            if (e == 0.5) {
                return base.sqrt();
            }
            if (e == -0.5) {
                return base.rsqrt();
            }
            if (e == -1) {
                return base.reciprocal();
            }
            if (e == -2) {
                return base.square().reciprocal();
            }
        }
        return Elementwise.binary(BinaryKind.POW, x, exponent);
    }

    /** The same in place. */
    static Tensor powInPlace(Tensor x, Scalar exponent) {
        if (!x.dtype().isInexact() && exponent.doubleValue() < 0) {
            return Elementwise.assign("pow", x, pow(x, exponent));
        }
        return COMMON.contains(exponent.doubleValue())
                ? Elementwise.assign("pow", x, pow(Elementwise.old(x), exponent))
                : Elementwise.binaryInPlace(BinaryKind.POW, x, exponent);
    }

    /** {@link ElementwiseOps#floatPower(Tensor)} in place. */
    static Tensor floatPowerInPlace(Tensor x, Tensor exponent) {
        requireDouble(x);
        return Elementwise.assign("floatPower", x, Elementwise.old(x, exponent).floatPower(exponent));
    }

    /** {@link ElementwiseOps#floatPower(double)} in place. */
    static Tensor floatPowerInPlace(Tensor x, double exponent) {
        requireDouble(x);
        return Elementwise.assign("floatPower", x, Elementwise.old(x).floatPower(exponent));
    }

    private static void requireDouble(Tensor x) {
        if (x.dtype() != DType.F64) {
            throw new DTypeException("floatPower_: the result is F64 and cannot be stored in the target of " + x.dtype()
                    + ": use floatPower without the underscore, or cast the target first");
        }
    }
}
