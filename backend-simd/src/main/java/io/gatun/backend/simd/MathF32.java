package io.gatun.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/** Functions of f32 vectors that the Vector API lacks and that need constants of their own. */
final class MathF32 {

    private static final float LOG2_E = 0x1.715476p0f;
    private static final float LOG_2 = 0x1.62e4p-1f; // few bits: times an integer it is exact
    private static final float LOG_2_REST = 0x1.7f7d1cp-20f;
    /** Added to a number it leaves the nearest integer in the low bits. */
    private static final float INTEGERS = 0x1.8p23f;

    private static final float RAISED_INTEGERS = 0x1.8p23f + 64 + 127;

    static final int ONE = Float.floatToRawIntBits(1);
    private static final float EXP_INFINITE = 90; // half of its exponential overflows
    private static final float EXP_ZERO = -104; // its exponential is below half of the smallest number
    private static final float CENTRE = 3.75f;

    private MathF32() {}

    /** The nearest integer to x / log(2), in the low bits. */
    static FloatVector quotient(FloatVector x) {
        return x.fma(x.broadcast(LOG2_E), x.broadcast(INTEGERS));
    }

    /** e^r - 1, where r is what x + more leaves when divided by log(2), between half of it and its negative; more is small. */
    static FloatVector growth(FloatVector x, FloatVector quotient, FloatVector more) {
        FloatVector n = quotient.sub(INTEGERS);
        FloatVector first = n.fma(n.broadcast(-LOG_2), x); // exact
        FloatVector second = n.fma(n.broadcast(-LOG_2_REST), more);
        FloatVector r = first.add(second);
        FloatVector p = r.broadcast(1.39107974e-3f);
        p = p.fma(r, r.broadcast(8.36311374e-3f));
        p = p.fma(r, r.broadcast(4.16667089e-2f));
        p = p.fma(r, r.broadcast(0.166665778f));
        p = p.fma(r, r.broadcast(0.5f));
        return p.fma(r.mul(r), second).add(first);
    }

    /**
     * e^x times 2^64, for x up to 40: with the factor nothing is too small for a number, and one multiplication suffices. It
     * is e^r 2^(n + 64), where n + 64 is what the addition of a large number leaves in the low bits, biased as an exponent.
     */
    static FloatVector raisedExp(FloatVector x) {
        FloatVector quotient = x.fma(x.broadcast(LOG2_E), x.broadcast(RAISED_INTEGERS));
        FloatVector n = quotient.sub(x.broadcast(RAISED_INTEGERS));
        FloatVector r = n.fma(n.broadcast(-LOG_2_REST), n.fma(n.broadcast(-LOG_2), x));
        FloatVector p = r.broadcast(1.39107974e-3f);
        p = p.fma(r, r.broadcast(8.36311374e-3f));
        p = p.fma(r, r.broadcast(4.16667089e-2f));
        p = p.fma(r, r.broadcast(0.166665778f));
        p = p.fma(r, r.broadcast(0.5f));
        p = p.fma(r, r.broadcast(1));
        p = p.fma(r, r.broadcast(1));
        FloatVector power =
                quotient.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        return p.mul(power).blend(0, x.compare(VectorOperators.LT, EXP_ZERO));
    }

    /**
     * e^(x + more) times the power of two that has these bits, where more is small beside x: what rounding lost of x. It is 2^n
     * e^r, as {@link #growth} has e^r - 1, with 2^n in two factors, because alone it would often not be a number.
     */
    static FloatVector exp(FloatVector x, FloatVector more, int factor) {
        FloatVector quotient = x.fma(x.broadcast(LOG2_E), x.broadcast(INTEGERS));
        FloatVector q = quotient.sub(INTEGERS);
        FloatVector first = q.fma(q.broadcast(-LOG_2), x); // exact
        FloatVector second = q.fma(q.broadcast(-LOG_2_REST), more);
        FloatVector r = first.add(second);
        FloatVector p = r.broadcast(1.39107974e-3f);
        p = p.fma(r, r.broadcast(8.36311374e-3f));
        p = p.fma(r, r.broadcast(4.16667089e-2f));
        p = p.fma(r, r.broadcast(0.166665778f));
        p = p.fma(r, r.broadcast(0.5f));
        p = p.fma(r.mul(r), second).add(first);
        IntVector n = quotient.reinterpretAsInts();
        IntVector half = n.lanewise(VectorOperators.ASHR, 1);
        FloatVector low = half.lanewise(VectorOperators.LSHL, 23).add(ONE).reinterpretAsFloats();
        FloatVector high =
                n.sub(half).lanewise(VectorOperators.LSHL, 23).add(factor).reinterpretAsFloats();
        return p.fma(low, low)
                .mul(high)
                .blend(0, x.compare(VectorOperators.LT, EXP_ZERO))
                .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, EXP_INFINITE));
    }

    /** The error function for |x| below 1. */
    static FloatVector erfBelowOne(FloatVector x) {
        FloatVector s = x.mul(x);
        FloatVector p = s.broadcast(7.889038533903658e-05f);
        p = p.fma(s, s.broadcast(-0.0008020817185752094f));
        p = p.fma(s, s.broadcast(0.0051895324140787125f));
        p = p.fma(s, s.broadcast(-0.026854442432522774f));
        p = p.fma(s, s.broadcast(0.11283600330352783f));
        p = p.fma(s, s.broadcast(-0.3761262595653534f));
        p = p.fma(s, s.broadcast(0.12837916612625122f));
        return p.fma(x, x);
    }

    /**
     * The polynomial of {@link io.gatun.tensor.spi.ErrorFunctions}, of degree 12 here (relative error 5e-9), over 1 + 2 |x|: the
     * first half of {@link #erfc}.
     */
    static FloatVector scaledErfc(Vector<Float> v) {
        FloatVector a = ((FloatVector) v).abs().min(11);
        return scaledComplement(a.sub(CENTRE).div(a.add(CENTRE))).div(a.add(a).add(1));
    }

    /**
     * The complement of the error function: exp(-x^2) times {@link #scaledErfc}, for negative x what that lacks of 2. Within 1/2 of 0, where the roundings of a polynomial show, 1 - erf(x).
     */
    static FloatVector erfc(Vector<Float> v, Vector<Float> scaled) {
        FloatVector x = (FloatVector) v;
        FloatVector a = x.abs().min(11);
        FloatVector below = erfBelowOne(x).neg().add(1);
        FloatVector square = a.mul(a);
        FloatVector lost = a.fma(a, square.neg());
        FloatVector outer = exp(square.neg(), lost.neg(), ONE).mul((FloatVector) scaled);
        FloatVector signed = outer.blend(outer.neg().add(2), x.compare(VectorOperators.LT, 0));
        return signed.blend(below, a.compare(VectorOperators.LT, 0.5f));
    }

    private static FloatVector scaledComplement(FloatVector u) {
        FloatVector p = u.broadcast(2.2046718905694024e-05f);
        p = p.fma(u, u.broadcast(-0.00022411674674416022f));
        p = p.fma(u, u.broadcast(0.00033016745627228067f));
        p = p.fma(u, u.broadcast(0.001675912217981131f));
        p = p.fma(u, u.broadcast(-0.009770087183368234f));
        p = p.fma(u, u.broadcast(0.02840925236412726f));
        p = p.fma(u, u.broadcast(-0.05868544049363111f));
        p = p.fma(u, u.broadcast(0.09229076959130378f));
        p = p.fma(u, u.broadcast(-0.10880522754949953f));
        p = p.fma(u, u.broadcast(0.08227841998347046f));
        p = p.fma(u, u.broadcast(0.00358549531406309f));
        p = p.fma(u, u.broadcast(-0.1402406583213864f));
        return p.fma(u, u.broadcast(1.2375126300326993f));
    }

    /** |magnitude| with the sign of {@code sign}. */
    static FloatVector copySign(FloatVector magnitude, FloatVector sign) {
        return magnitude
                .reinterpretAsInts()
                .and(Integer.MAX_VALUE)
                .or(sign.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }
}
