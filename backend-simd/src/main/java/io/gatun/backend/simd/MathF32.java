package io.gatun.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Functions of f32 vectors that the Vector API lacks and that need constants of their own. */
final class MathF32 {
    private static final VectorSpecies<Float> SPECIES = VectorWidth.species(float.class);
    private static final int HALF_ROOT = Float.floatToRawIntBits((float) Math.sqrt(0.5));
    private static final float LOG2_E = (float) (1 / Math.log(2));
    private static final float SCALE = 0x1p25f;

    private static final float HUGE = 1e9f; // its square is far from overflow, and 1 beside it is nothing
    private static final float LOG_2 = (float) Math.log(2);
    private static final float CENTRE = 3.75f;

    private MathF32() {}

    /**
     * log2(x) = e + log(m) / log(2) for x = 2^e m with m between sqrt(1/2) and sqrt(2): exact for powers of two, and
     * accurate near 1, where e is 0.
     */
    static FloatVector log2(Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        VectorMask<Float> small = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        IntVector bits = x.blend(x.mul(SCALE), small).reinterpretAsInts();
        IntVector exponent = bits.sub(HALF_ROOT).lanewise(VectorOperators.ASHR, 23);
        FloatVector mantissa =
                bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
        FloatVector e = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
        FloatVector result = mantissa.lanewise(VectorOperators.LOG)
                .fma(FloatVector.broadcast(SPECIES, LOG2_E), e.blend(e.sub(25), small));
        return special(x, result);
    }

    /** The logarithm of 0, negatives, infinity and NaN is what LOG says it is. */
    private static FloatVector special(FloatVector x, FloatVector result) {
        VectorMask<Float> ordinary =
                x.compare(VectorOperators.GT, 0).and(x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
        return x.lanewise(VectorOperators.LOG).blend(result, ordinary);
    }

    /**
     * The error function: x times a polynomial in x^2 below 1, and 1 - exp(-p(|x|)) from there on, where p approximates
     * -log(erfc). Both polynomials are minimax fits (Lawson's iteration on Chebyshev nodes, 40 digits) with errors of
     * 1e-9 relative to the result; from 4 on the result is 1.
     */
    static FloatVector erf(Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        FloatVector magnitude = x.abs();
        VectorMask<Float> below = magnitude.compare(VectorOperators.LT, 1);
        FloatVector outer = erfAboveOne(magnitude.min(4));
        FloatVector signed = copySign(outer, x);
        return signed.blend(erfBelowOne(x), below);
    }

    private static FloatVector erfBelowOne(FloatVector x) {
        FloatVector s = x.mul(x);
        FloatVector p = c(7.889038533903658e-05f);
        p = p.fma(s, c(-0.0008020817185752094f));
        p = p.fma(s, c(0.0051895324140787125f));
        p = p.fma(s, c(-0.026854442432522774f));
        p = p.fma(s, c(0.11283600330352783f));
        p = p.fma(s, c(-0.3761262595653534f));
        p = p.fma(s, c(0.12837916612625122f));
        return p.fma(x, x);
    }

    private static FloatVector erfAboveOne(FloatVector t) {
        FloatVector p = c(-0.0001855946466093883f);
        p = p.fma(t, c(0.0029398042242974043f));
        p = p.fma(t, c(-0.021806085482239723f));
        p = p.fma(t, c(0.10303892940282822f));
        p = p.fma(t, c(0.6382239460945129f));
        p = p.fma(t, c(1.1270411014556885f));
        p = p.fma(t, c(0.0003534729185048491f));
        return c(1).sub(p.neg().lanewise(VectorOperators.EXP));
    }

    /** sign(x) log(|x| + sqrt(x^2 + 1)), without cancellation for small x; the logarithm of 2|x| where x^2 overflows. */
    static FloatVector asinh(Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        FloatVector a = x.abs();
        FloatVector square = a.mul(a);
        FloatVector root = square.add(1).lanewise(VectorOperators.SQRT);
        FloatVector result = a.add(square.div(root.add(1))).lanewise(VectorOperators.LOG1P);
        return copySign(result.blend(logOfTwice(a), a.compare(VectorOperators.GT, HUGE)), x);
    }

    /** log(x + sqrt(x^2 - 1)) by way of x - 1; NaN below 1. */
    static FloatVector acosh(Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        FloatVector t = x.sub(1);
        FloatVector root = t.mul(t.add(2)).lanewise(VectorOperators.SQRT);
        FloatVector result = t.add(root).lanewise(VectorOperators.LOG1P);
        return result.blend(logOfTwice(x), x.compare(VectorOperators.GT, HUGE))
                .blend(Float.NaN, x.compare(VectorOperators.LT, 1));
    }

    /** log((1 + x) / (1 - x)) / 2 = log1p(2x / (1 - x)) / 2, for |x| and then with the sign of x. */
    static FloatVector atanh(Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        FloatVector a = x.abs();
        FloatVector quotient = a.add(a).div(c(1).sub(a));
        return copySign(quotient.lanewise(VectorOperators.LOG1P).mul(0.5f), x);
    }

    private static FloatVector logOfTwice(FloatVector x) {
        return x.lanewise(VectorOperators.LOG).add(LOG_2);
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
     * The complement of the error function: exp(-x^2) times that, and for negative x what it lacks of 2. Within 1 of 0, where
     * the roundings of a polynomial show, 1 - erf(x).
     */
    static FloatVector erfc(Vector<Float> v, Vector<Float> scaled) {
        FloatVector x = (FloatVector) v;
        FloatVector a = x.abs().min(11);
        FloatVector square = a.mul(a);
        FloatVector lost = a.fma(a, square.neg());
        FloatVector decay = square.neg().lanewise(VectorOperators.EXP);
        FloatVector outer = decay.sub(decay.mul(lost)).mul((FloatVector) scaled);
        FloatVector signed = outer.blend(outer.neg().add(2), x.compare(VectorOperators.LT, 0));
        return signed.blend(c(1).sub(erfBelowOne(x)), a.compare(VectorOperators.LT, 1));
    }

    private static FloatVector scaledComplement(FloatVector u) {
        FloatVector p = c(2.2046718905694024e-05f);
        p = p.fma(u, c(-0.00022411674674416022f));
        p = p.fma(u, c(0.00033016745627228067f));
        p = p.fma(u, c(0.001675912217981131f));
        p = p.fma(u, c(-0.009770087183368234f));
        p = p.fma(u, c(0.02840925236412726f));
        p = p.fma(u, c(-0.05868544049363111f));
        p = p.fma(u, c(0.09229076959130378f));
        p = p.fma(u, c(-0.10880522754949953f));
        p = p.fma(u, c(0.08227841998347046f));
        p = p.fma(u, c(0.00358549531406309f));
        p = p.fma(u, c(-0.1402406583213864f));
        return p.fma(u, c(1.2375126300326993f));
    }

    /** |magnitude| with the sign of {@code sign}. */
    static FloatVector copySign(FloatVector magnitude, FloatVector sign) {
        return magnitude
                .reinterpretAsInts()
                .and(Integer.MAX_VALUE)
                .or(sign.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }

    private static FloatVector c(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }
}
