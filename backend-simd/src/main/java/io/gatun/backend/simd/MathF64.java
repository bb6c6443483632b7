package io.gatun.backend.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/** Functions of f64 vectors that the Vector API lacks and that need constants of their own; as {@link MathF32}. */
final class MathF64 {

    private static final double LOG2_E = 0x1.71547652b82fep0;
    private static final double LOG_2 = 0x1.62e42fefa2p-1; // few bits: times an integer it is exact
    private static final double LOG_2_REST = 0x1.9ef35793c7673p-41;
    /** Added to a number it leaves the nearest integer in the low bits. */
    private static final double INTEGERS = 0x1.8p52;

    static final long ONE = Double.doubleToRawLongBits(1);
    static final long RAISED = Double.doubleToRawLongBits(0x1p64);
    private static final double EXP_INFINITE = 711; // half of its exponential overflows
    private static final double EXP_ZERO = -746; // its exponential is below half of the smallest number
    private static final double CENTRE = 3.75;

    private MathF64() {}

    /** The nearest integer to x / log(2), in the low bits. */
    static DoubleVector quotient(DoubleVector x) {
        return x.fma(x.broadcast(LOG2_E), x.broadcast(INTEGERS));
    }

    /** e^r - 1, where r is what x + more leaves when divided by log(2), between half of it and its negative; more is small. */
    static DoubleVector growth(DoubleVector x, DoubleVector quotient, DoubleVector more) {
        DoubleVector n = quotient.sub(INTEGERS);
        DoubleVector first = n.fma(n.broadcast(-LOG_2), x); // exact
        DoubleVector second = n.fma(n.broadcast(-LOG_2_REST), more);
        DoubleVector r = first.add(second);
        DoubleVector p = r.broadcast(2.506844712948133e-08);
        p = p.fma(r, r.broadcast(2.762024427411413e-07));
        p = p.fma(r, r.broadcast(2.755735503097864e-06));
        p = p.fma(r, r.broadcast(2.4801520907793027e-05));
        p = p.fma(r, r.broadcast(0.00019841269784775977));
        p = p.fma(r, r.broadcast(0.001388888891753731));
        p = p.fma(r, r.broadcast(0.008333333333356322));
        p = p.fma(r, r.broadcast(0.041666666666623116));
        p = p.fma(r, r.broadcast(0.16666666666666644));
        p = p.fma(r, r.broadcast(0.5000000000000001));
        return p.fma(r.mul(r), second).add(first);
    }

    /** e^(x + more) times the power of two that has these bits, as {@link MathF32#exp}. */
    static DoubleVector exp(DoubleVector x, DoubleVector more, long factor) {
        DoubleVector quotient = x.fma(x.broadcast(LOG2_E), x.broadcast(INTEGERS));
        DoubleVector q = quotient.sub(INTEGERS);
        DoubleVector first = q.fma(q.broadcast(-LOG_2), x); // exact
        DoubleVector second = q.fma(q.broadcast(-LOG_2_REST), more);
        DoubleVector r = first.add(second);
        DoubleVector growth = r.broadcast(2.506844712948133e-08)
                .fma(r, r.broadcast(2.762024427411413e-07))
                .fma(r, r.broadcast(2.755735503097864e-06))
                .fma(r, r.broadcast(2.4801520907793027e-05))
                .fma(r, r.broadcast(0.00019841269784775977))
                .fma(r, r.broadcast(0.001388888891753731))
                .fma(r, r.broadcast(0.008333333333356322))
                .fma(r, r.broadcast(0.041666666666623116))
                .fma(r, r.broadcast(0.16666666666666644))
                .fma(r, r.broadcast(0.5000000000000001))
                .fma(r.mul(r), second)
                .add(first);
        LongVector n = quotient.reinterpretAsLongs();
        LongVector half = n.lanewise(VectorOperators.ASHR, 1);
        DoubleVector low = half.lanewise(VectorOperators.LSHL, 52).add(ONE).reinterpretAsDoubles();
        DoubleVector high =
                n.sub(half).lanewise(VectorOperators.LSHL, 52).add(factor).reinterpretAsDoubles();
        return growth.fma(low, low)
                .mul(high)
                .blend(0, x.compare(VectorOperators.LT, EXP_ZERO))
                .blend(Double.POSITIVE_INFINITY, x.compare(VectorOperators.GT, EXP_INFINITE));
    }

    /**
     * The error function for |x| from 1 on, where it is 1 - exp(-x^2) q(u); q approximates exp(x^2) erfc(x) as a
     * polynomial in u = (x - 2) / (x + 2). From 6 on the result is 1. Meaningless, but finite, below 1.
     */
    static DoubleVector erfAboveOne(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector t = x.abs().min(6);
        DoubleVector q = scaledComplement(t.sub(2).div(t.add(2)));
        DoubleVector decay = exp(t.mul(t).neg(), t.broadcast(0), ONE);
        return q.neg()
                .fma(decay, t.broadcast(1))
                .reinterpretAsLongs()
                .or(x.reinterpretAsLongs().and(Long.MIN_VALUE))
                .reinterpretAsDoubles();
    }

    /**
     * The error function: below 1 x times a polynomial in x^2, else what {@link #erfAboveOne} gave. Minimax fits as in
     * {@link ExponentialF32}, with errors below 1e-17.
     */
    static DoubleVector erf(Vector<Double> v, Vector<Double> aboveOne) {
        DoubleVector x = (DoubleVector) v;
        return ((DoubleVector) aboveOne).blend(erfBelowOne(x), x.abs().compare(VectorOperators.LT, 1));
    }

    /** The error function for |x| below 1. */
    static DoubleVector erfBelowOne(DoubleVector x) {
        DoubleVector s = x.mul(x);
        DoubleVector p = s.broadcast(-7.801155675589029e-10);
        p = p.fma(s, s.broadcast(1.3722956847442573e-08));
        p = p.fma(s, s.broadcast(-1.6209170995090327e-07));
        p = p.fma(s, s.broadcast(1.6447516972481058e-06));
        p = p.fma(s, s.broadcast(-1.4924744600305055e-05));
        p = p.fma(s, s.broadcast(0.0001205529531686396));
        p = p.fma(s, s.broadcast(-0.0008548325989561954));
        p = p.fma(s, s.broadcast(0.005223977607420333));
        p = p.fma(s, s.broadcast(-0.026866170643275792));
        p = p.fma(s, s.broadcast(0.11283791670945251));
        p = p.fma(s, s.broadcast(-0.3761263890318355));
        p = p.fma(s, s.broadcast(0.12837916709551256));
        return p.fma(x, x);
    }

    private static DoubleVector scaledComplement(DoubleVector u) {
        DoubleVector q = u.broadcast(-1.2644116939614082e-05);
        q = q.fma(u, u.broadcast(-2.661147139789483e-05));
        q = q.fma(u, u.broadcast(2.7623221252019123e-05));
        q = q.fma(u, u.broadcast(0.00017428849045829728));
        q = q.fma(u, u.broadcast(4.353616343500443e-05));
        q = q.fma(u, u.broadcast(-0.0009819764799130634));
        q = q.fma(u, u.broadcast(-0.0008471425907381833));
        q = q.fma(u, u.broadcast(0.006997461785642442));
        q = q.fma(u, u.broadcast(0.0037328923985414132));
        q = q.fma(u, u.broadcast(-0.07897858101641525));
        q = q.fma(u, u.broadcast(0.24165819424246882));
        q = q.fma(u, u.broadcast(-0.4271858474139568));
        return q.fma(u, u.broadcast(0.25539567631050575));
    }

    /** The polynomial of {@link io.gatun.tensor.spi.ErrorFunctions} over 1 + 2 |x|: the first half of {@link #erfc}. */
    static DoubleVector scaledErfc(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector a = x.abs().min(28);
        return polynomial(a.sub(CENTRE).div(a.add(CENTRE))).div(a.add(a).add(1));
    }

    /**
     * The complement of the error function: exp(-x^2) times {@link #scaledErfc}, for negative x what that lacks of 2. Within 1/2 of 0, where the roundings of a polynomial show, 1 - erf(x).
     */
    static DoubleVector erfc(Vector<Double> v, Vector<Double> scaled) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector a = x.abs().min(28);
        DoubleVector below = erfBelowOne(x).neg().add(1);
        DoubleVector square = a.mul(a);
        DoubleVector lost = a.fma(a, square.neg());
        DoubleVector outer = exp(square.neg(), lost.neg(), ONE).mul((DoubleVector) scaled);
        DoubleVector signed = outer.blend(outer.neg().add(2), x.compare(VectorOperators.LT, 0));
        return signed.blend(below, a.compare(VectorOperators.LT, 0.5));
    }

    private static DoubleVector polynomial(DoubleVector u) {
        DoubleVector p = u.broadcast(-2.623107347133476e-09);
        p = p.fma(u, u.broadcast(-1.9551358868985616e-09));
        p = p.fma(u, u.broadcast(3.197926671666804e-08));
        p = p.fma(u, u.broadcast(1.879082322370048e-08));
        p = p.fma(u, u.broadcast(-2.4857126248016745e-07));
        p = p.fma(u, u.broadcast(-5.084465378687302e-08));
        p = p.fma(u, u.broadcast(1.7419821586224816e-06));
        p = p.fma(u, u.broadcast(-9.792625707303523e-07));
        p = p.fma(u, u.broadcast(-1.1438048033346894e-05));
        p = p.fma(u, u.broadcast(2.2387565714911816e-05));
        p = p.fma(u, u.broadcast(5.164652974177416e-05));
        p = p.fma(u, u.broadcast(-0.00029015535246077655));
        p = p.fma(u, u.broadcast(0.000293714378044958));
        p = p.fma(u, u.broadcast(0.0017556261651970652));
        p = p.fma(u, u.broadcast(-0.009746579683265262));
        p = p.fma(u, u.broadcast(0.02836227737211114));
        p = p.fma(u, u.broadcast(-0.05869339857664934));
        p = p.fma(u, u.broadcast(0.09230432116428125));
        p = p.fma(u, u.broadcast(-0.10880393014244462));
        p = p.fma(u, u.broadcast(0.08227673848999506));
        p = p.fma(u, u.broadcast(0.0035854154854790257));
        p = p.fma(u, u.broadcast(-0.14024059858554525));
        return p.fma(u, u.broadcast(1.2375126308378275));
    }

    /** |magnitude| with the sign of {@code sign}. */
    static DoubleVector copySign(DoubleVector magnitude, DoubleVector sign) {
        return magnitude
                .reinterpretAsLongs()
                .and(Long.MAX_VALUE)
                .or(sign.reinterpretAsLongs().and(Long.MIN_VALUE))
                .reinterpretAsDoubles();
    }
}
