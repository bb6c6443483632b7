package io.gatun.tensor;

import io.gatun.tensor.op.BinaryKind;

/** Powers to a number, of which the common ones have operators of their own: exact, and far quicker than a logarithm. */
final class Powers {
    private Powers() {}

    static Tensor pow(Tensor x, Scalar exponent) {
        double e = exponent.doubleValue();
        DType dtype = Promotion.of(x, exponent);
        if (e == 1) {
            return x.to(dtype).clone();
        }
        if (e == 2) {
            return x.to(dtype).square();
        }
        if (dtype.isInexact() && e == 0.5) {
            return x.to(dtype).sqrt();
        }
        if (dtype.isInexact() && e == -1) {
            return x.to(dtype).reciprocal();
        }
        return Elementwise.binary(BinaryKind.POW, x, exponent);
    }
}
