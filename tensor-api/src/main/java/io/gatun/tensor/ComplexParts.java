package io.gatun.tensor;

/**
 * Complex arithmetic as the textbook has it, on tensors of the real and the imaginary parts, of one shape. Formulas avoid
 * squares of what may be large: |3e38 + 3e38i| is not infinite.
 *
 * <p>Sources: W. Kahan, "Branch cuts for complex elementary functions, or much ado about nothing's sign bit", 1987, for the
 * square root, the hyperbolic tangent and the signs of zeros; R. L. Smith, "Algorithm 116: complex division", Comm. ACM 5
 * (1962), for the scaling of a division.
 */
record ComplexParts(Tensor re, Tensor im) {
    static ComplexParts of(Tensor z) {
        return new ComplexParts(z.real(), z.imag());
    }

    ComplexParts mul(ComplexParts w) {
        return new ComplexParts(re.mul(w.re).sub(im.mul(w.im)), re.mul(w.im).add(im.mul(w.re)));
    }

    ComplexParts matmul(ComplexParts w) {
        Tensor a = re.contiguous();
        Tensor b = im.contiguous();
        Tensor c = w.re.contiguous();
        Tensor d = w.im.contiguous();
        return new ComplexParts(a.matmul(c).sub(b.matmul(d)), a.matmul(d).add(b.matmul(c)));
    }

    /** Divided by a real number. */
    ComplexParts div(double x) {
        return new ComplexParts(re.div(x), im.div(x));
    }

    /** z / w = z·conj(w) / |w|², with w scaled by its larger part. */
    ComplexParts div(ComplexParts w) {
        Tensor scale = w.re.abs().maximum(w.im.abs());
        Tensor c = w.re.div(scale);
        Tensor d = w.im.div(scale);
        Tensor divisor = w.re.mul(c).add(w.im.mul(d));
        return new ComplexParts(
                re.mul(c).add(im.mul(d)).div(divisor), im.mul(c).sub(re.mul(d)).div(divisor));
    }

    ComplexParts reciprocal() {
        return new ComplexParts(Tensor.onesLike(re), Tensor.zerosLike(im)).div(this);
    }

    Tensor abs() {
        return re.hypot(im);
    }

    Tensor angle() {
        return im.atan2(re);
    }

    ComplexParts exp() {
        Tensor length = re.exp();
        Tensor sine = length.mul(im.sin());
        return new ComplexParts(length.mul(im.cos()), Tensor.where(im.eq(0), im, sine)); // not inf * 0
    }

    ComplexParts log() {
        return new ComplexParts(abs().log(), angle());
    }

    /** With s = sqrt((|z| + |x|) / 2): s + i·y/(2s) where x ≥ 0, else the parts change places; y's sign is kept. */
    ComplexParts sqrt() {
        Tensor s = abs().div(2).add(re.abs().div(2)).sqrt();
        Tensor t = im.abs().div(s.mul(2)).maskedFill(s.eq(0), 0);
        Tensor right = re.ge(0);
        Tensor root = Tensor.where(right, s, t);
        Tensor rest = Tensor.where(right, t, s);
        return new ComplexParts(root, rest.copysign(im));
    }

    ComplexParts sinh() {
        return new ComplexParts(re.sinh().mul(im.cos()), re.cosh().mul(im.sin()));
    }

    ComplexParts cosh() {
        return new ComplexParts(re.cosh().mul(im.cos()), re.sinh().mul(im.sin()));
    }

    /** With t = tan y and h = tanh x: (h·(1 + t²) + i·t·(1 - h²)) / (1 + h²·t²), which never overflows. */
    ComplexParts tanh() {
        Tensor t = im.tan();
        Tensor h = re.tanh();
        Tensor slope = re.cosh().reciprocal().square(); // 1 - h², without cancellation
        Tensor divisor = h.mul(t).square().add(1);
        return new ComplexParts(
                h.mul(t.square().add(1)).div(divisor), t.mul(slope).div(divisor));
    }

    ComplexParts sigmoid() {
        ComplexParts power = new ComplexParts(re.neg(), im.neg()).exp();
        return new ComplexParts(power.re.add(1), power.im).reciprocal();
    }

    /** exp(w·log z); 1 where w is 0, and 0 where z is 0 and the exponent's real part is positive. */
    ComplexParts pow(ComplexParts w) {
        ComplexParts power = w.mul(log()).exp();
        Tensor one = w.re.eq(0).logicalAnd(w.im.eq(0));
        Tensor none = re.eq(0).logicalAnd(im.eq(0)).logicalAnd(w.re.gt(0));
        return new ComplexParts(
                power.re.maskedFill(none, 0).maskedFill(one, 1), power.im.maskedFill(none.logicalOr(one), 0));
    }

    ComplexParts timesI() {
        return new ComplexParts(im.neg(), re);
    }

    ComplexParts overI() {
        return new ComplexParts(im, re.neg());
    }
}
