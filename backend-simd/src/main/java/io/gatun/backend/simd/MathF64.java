package io.gatun.backend.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Functions of f64 vectors that the Vector API lacks and that need constants of their own; as {@link MathF32}. */
final class MathF64 {
    private static final VectorSpecies<Double> SPECIES = VectorWidth.species(double.class);
    private static final long HALF_ROOT = Double.doubleToRawLongBits(Math.sqrt(0.5));
    private static final double LOG2_E = 1 / Math.log(2);
    private static final double SCALE = 0x1p54;

    /** Added to an integer's bits it makes a double of that integer, off by itself: AVX2 has no conversion of 64 bits. */
    private static final double INTEGERS = 0x1.8p52;

    private MathF64() {}

    /** log2(x) = e + log(m) / log(2) for x = 2^e m with m between sqrt(1/2) and sqrt(2). */
    static DoubleVector log2(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        VectorMask<Double> small = x.compare(VectorOperators.LT, Double.MIN_NORMAL);
        LongVector bits = x.blend(x.mul(SCALE), small).reinterpretAsLongs();
        LongVector exponent = bits.sub(HALF_ROOT).lanewise(VectorOperators.ASHR, 52);
        DoubleVector mantissa =
                bits.sub(exponent.lanewise(VectorOperators.LSHL, 52)).reinterpretAsDoubles();
        DoubleVector e = exponent.add(Double.doubleToRawLongBits(INTEGERS))
                .reinterpretAsDoubles()
                .sub(INTEGERS);
        DoubleVector result = mantissa.lanewise(VectorOperators.LOG).fma(c(LOG2_E), e.blend(e.sub(54), small));
        return special(x, result);
    }

    private static DoubleVector special(DoubleVector x, DoubleVector result) {
        VectorMask<Double> ordinary =
                x.compare(VectorOperators.GT, 0).and(x.compare(VectorOperators.LT, Double.POSITIVE_INFINITY));
        return x.lanewise(VectorOperators.LOG).blend(result, ordinary);
    }

    /**
     * The error function for |x| from 1 on, where it is 1 - exp(-x^2) q(u); q approximates exp(x^2) erfc(x) as a
     * polynomial in u = (x - 2) / (x + 2). From 6 on the result is 1. Meaningless, but finite, below 1.
     */
    static DoubleVector erfAboveOne(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector t = x.abs().min(6);
        DoubleVector u = t.sub(2).div(t.add(2));
        DoubleVector decay = t.mul(t).neg().lanewise(VectorOperators.EXP);
        return copySign(c(1).sub(scaledComplement(u).mul(decay)), x);
    }

    /**
     * The error function: below 1 x times a polynomial in x^2, else what {@link #erfAboveOne} gave. In two parts, each a
     * kernel, because both together pass the JIT's limit for one method. Minimax fits as in {@link MathF32}, with errors
     * below 1e-17.
     */
    static DoubleVector erf(Vector<Double> v, Vector<Double> aboveOne) {
        DoubleVector x = (DoubleVector) v;
        return ((DoubleVector) aboveOne).blend(erfBelowOne(x), x.abs().compare(VectorOperators.LT, 1));
    }

    private static DoubleVector erfBelowOne(DoubleVector x) {
        DoubleVector s = x.mul(x);
        DoubleVector p = c(-7.801155675589029e-10);
        p = p.fma(s, c(1.3722956847442573e-08));
        p = p.fma(s, c(-1.6209170995090327e-07));
        p = p.fma(s, c(1.6447516972481058e-06));
        p = p.fma(s, c(-1.4924744600305055e-05));
        p = p.fma(s, c(0.0001205529531686396));
        p = p.fma(s, c(-0.0008548325989561954));
        p = p.fma(s, c(0.005223977607420333));
        p = p.fma(s, c(-0.026866170643275792));
        p = p.fma(s, c(0.11283791670945251));
        p = p.fma(s, c(-0.3761263890318355));
        p = p.fma(s, c(0.12837916709551256));
        return p.fma(x, x);
    }

    private static DoubleVector scaledComplement(DoubleVector u) {
        DoubleVector q = c(-1.2644116939614082e-05);
        q = q.fma(u, c(-2.661147139789483e-05));
        q = q.fma(u, c(2.7623221252019123e-05));
        q = q.fma(u, c(0.00017428849045829728));
        q = q.fma(u, c(4.353616343500443e-05));
        q = q.fma(u, c(-0.0009819764799130634));
        q = q.fma(u, c(-0.0008471425907381833));
        q = q.fma(u, c(0.006997461785642442));
        q = q.fma(u, c(0.0037328923985414132));
        q = q.fma(u, c(-0.07897858101641525));
        q = q.fma(u, c(0.24165819424246882));
        q = q.fma(u, c(-0.4271858474139568));
        return q.fma(u, c(0.25539567631050575));
    }

    /** |magnitude| with the sign of {@code sign}. */
    static DoubleVector copySign(DoubleVector magnitude, DoubleVector sign) {
        return magnitude
                .reinterpretAsLongs()
                .and(Long.MAX_VALUE)
                .or(sign.reinterpretAsLongs().and(Long.MIN_VALUE))
                .reinterpretAsDoubles();
    }

    private static DoubleVector c(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }
}
