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

    private static final double HUGE = 1e150; // its square is far from overflow, and 1 beside it is nothing
    private static final double LOG_2 = Math.log(2);
    private static final double CENTRE = 3.75;

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

    /** The error function for |x| below 1. */
    static DoubleVector erfBelowOne(DoubleVector x) {
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

    /** sign(x) log(|x| + sqrt(x^2 + 1)), without cancellation for small x; the logarithm of 2|x| where x^2 overflows. */
    static DoubleVector asinh(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector a = x.abs();
        DoubleVector square = a.mul(a);
        DoubleVector root = square.add(1).lanewise(VectorOperators.SQRT);
        DoubleVector result = a.add(square.div(root.add(1))).lanewise(VectorOperators.LOG1P);
        return copySign(result.blend(logOfTwice(a), a.compare(VectorOperators.GT, HUGE)), x);
    }

    /** log(x + sqrt(x^2 - 1)) by way of x - 1; NaN below 1. */
    static DoubleVector acosh(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector t = x.sub(1);
        DoubleVector root = t.mul(t.add(2)).lanewise(VectorOperators.SQRT);
        DoubleVector result = t.add(root).lanewise(VectorOperators.LOG1P);
        return result.blend(logOfTwice(x), x.compare(VectorOperators.GT, HUGE))
                .blend(Double.NaN, x.compare(VectorOperators.LT, 1));
    }

    /** log((1 + x) / (1 - x)) / 2 = log1p(2x / (1 - x)) / 2, for |x| and then with the sign of x. */
    static DoubleVector atanh(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector a = x.abs();
        DoubleVector quotient = a.add(a).div(c(1).sub(a));
        return copySign(quotient.lanewise(VectorOperators.LOG1P).mul(0.5), x);
    }

    private static DoubleVector logOfTwice(DoubleVector x) {
        return x.lanewise(VectorOperators.LOG).add(LOG_2);
    }

    /** The polynomial of {@link io.gatun.tensor.spi.ErrorFunctions} over 1 + 2 |x|: the first half of {@link #erfc}. */
    static DoubleVector scaledErfc(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector a = x.abs().min(28);
        return polynomial(a.sub(CENTRE).div(a.add(CENTRE))).div(a.add(a).add(1));
    }

    /** The complement of the error function: exp(-x^2) times that, and for negative x what it lacks of 2. */
    static DoubleVector erfc(Vector<Double> v, Vector<Double> scaled) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector a = x.abs().min(28);
        DoubleVector square = a.mul(a);
        DoubleVector lost = a.fma(a, square.neg());
        DoubleVector decay = square.neg().lanewise(VectorOperators.EXP);
        DoubleVector result = decay.sub(decay.mul(lost)).mul((DoubleVector) scaled);
        return result.blend(result.neg().add(2), x.compare(VectorOperators.LT, 0));
    }

    private static DoubleVector polynomial(DoubleVector u) {
        DoubleVector p = c(-2.623107347133476e-09);
        p = p.fma(u, c(-1.9551358868985616e-09));
        p = p.fma(u, c(3.197926671666804e-08));
        p = p.fma(u, c(1.879082322370048e-08));
        p = p.fma(u, c(-2.4857126248016745e-07));
        p = p.fma(u, c(-5.084465378687302e-08));
        p = p.fma(u, c(1.7419821586224816e-06));
        p = p.fma(u, c(-9.792625707303523e-07));
        p = p.fma(u, c(-1.1438048033346894e-05));
        p = p.fma(u, c(2.2387565714911816e-05));
        p = p.fma(u, c(5.164652974177416e-05));
        p = p.fma(u, c(-0.00029015535246077655));
        p = p.fma(u, c(0.000293714378044958));
        p = p.fma(u, c(0.0017556261651970652));
        p = p.fma(u, c(-0.009746579683265262));
        p = p.fma(u, c(0.02836227737211114));
        p = p.fma(u, c(-0.05869339857664934));
        p = p.fma(u, c(0.09230432116428125));
        p = p.fma(u, c(-0.10880393014244462));
        p = p.fma(u, c(0.08227673848999506));
        p = p.fma(u, c(0.0035854154854790257));
        p = p.fma(u, c(-0.14024059858554525));
        return p.fma(u, c(1.2375126308378275));
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
