package io.gatun.backend.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The logarithm of the gamma function and its derivative for vectors of F64, in steps that are a kernel each (see
 * {@link StepsKernel}). The formulas are those of {@link io.gatun.tensor.spi.GammaFunctions}, without its branches: a
 * positive argument is that of every lane, x or for others 1 - x, and the reflection comes last.
 */
final class GammaF64 {
    private static final double LARGE = 10;
    private static final double INTEGERS = 0x1.8p52; // added and taken away again, it leaves the nearest integer
    private static final double HALF_LOG_2_PI = Math.log(2 * Math.PI) / 2;

    private GammaF64() {}

    /** x where it is positive, else 1 - x. */
    private static DoubleVector positive(DoubleVector x) {
        DoubleVector other = x.neg().add(1);
        return x.blend(other, x.compare(VectorOperators.LE, 0));
    }

    /** How many steps of 1 lead from {@code a} down to what is nearest to 2; not below -2. */
    private static DoubleVector stepsToTwo(DoubleVector a) {
        return a.sub(2).add(INTEGERS).sub(INTEGERS);
    }

    /**
     * First step of lgamma: half of the product that the recurrence leaves between the argument and what is nearest to 2, of
     * which {@link #lgammaSmall} knows the sign that its logarithm has.
     */
    static DoubleVector lgammaHalfProduct(Vector<Double> v) {
        DoubleVector a = positive((DoubleVector) v);
        DoubleVector steps = stepsToTwo(a.min(LARGE));
        DoubleVector up = a.broadcast(1).blend(a, steps.compare(VectorOperators.LT, 0));
        DoubleVector further = a.broadcast(1).blend(a.add(1), steps.compare(VectorOperators.LT, -1));
        DoubleVector down = factor(a, steps, 1).mul(factor(a, steps, 2)).mul(factor(a, steps, 3));
        return up.mul(further).mul(down);
    }

    /** Second step: all of the product, or the argument itself where that is large. */
    static DoubleVector lgammaProduct(Vector<Double> v, Vector<Double> half) {
        DoubleVector a = positive((DoubleVector) v).min(Double.MAX_VALUE);
        DoubleVector steps = stepsToTwo(a.min(LARGE));
        DoubleVector down = factor(a, steps, 4).mul(factor(a, steps, 5)).mul(factor(a, steps, 6));
        DoubleVector last = factor(a, steps, 7).mul(factor(a, steps, 8));
        return down.mul(last).mul((DoubleVector) half).blend(a, a.compare(VectorOperators.GE, LARGE));
    }

    /** a - k if that is among the factors. */
    private static DoubleVector factor(DoubleVector a, DoubleVector steps, int k) {
        return a.broadcast(1).blend(a.sub(k), steps.compare(VectorOperators.GE, k));
    }

    /**
     * Third step, given the logarithm of that: log gamma of what is below 10, and of larger numbers their logarithm. The polynomial is log gamma(2 + z) /
     * z for |z| up to 1/2, interpolated at Chebyshev nodes with 50 digits; its relative error is below 2e-17.
     */
    static DoubleVector lgammaSmall(Vector<Double> v, Vector<Double> logarithm) {
        DoubleVector a = positive((DoubleVector) v);
        DoubleVector log = (DoubleVector) logarithm;
        DoubleVector steps = stepsToTwo(a.min(LARGE));
        DoubleVector z = a.sub(steps.add(2));
        DoubleVector signed = log.blend(log.neg(), steps.compare(VectorOperators.LT, 0));
        DoubleVector result = lower(upper(z), z).fma(z, signed);
        return result.blend(log, a.compare(VectorOperators.GE, LARGE));
    }

    private static DoubleVector upper(DoubleVector z) {
        DoubleVector p = z.broadcast(6.379047507619774e-08);
        p = p.fma(z, z.broadcast(-1.3412819758517287e-07));
        p = p.fma(z, z.broadcast(2.0304806751615227e-07));
        p = p.fma(z, z.broadcast(-4.303558760359961e-07));
        p = p.fma(z, z.broadcast(9.578663334114758e-07));
        p = p.fma(z, z.broadcast(-2.0449201467015115e-06));
        p = p.fma(z, z.broadcast(4.374374916915131e-06));
        p = p.fma(z, z.broadcast(-9.438458716242811e-06));
        p = p.fma(z, z.broadcast(2.050726741605779e-05));
        return p.fma(z, z.broadcast(-4.4926351103833334e-05));
    }

    private static DoubleVector lower(DoubleVector upper, DoubleVector z) {
        DoubleVector p = upper.fma(z, z.broadcast(9.945750909889392e-05));
        p = p.fma(z, z.broadcast(-0.00022315475074520367));
        p = p.fma(z, z.broadcast(0.0005096695248853096));
        p = p.fma(z, z.broadcast(-0.0011927539120010226));
        p = p.fma(z, z.broadcast(0.002890510330738737));
        p = p.fma(z, z.broadcast(-0.0073855510286681535));
        p = p.fma(z, z.broadcast(0.02058080842778457));
        p = p.fma(z, z.broadcast(-0.06735230105319814));
        p = p.fma(z, z.broadcast(0.3224670334241132));
        return p.fma(z, z.broadcast(0.42278433509846713));
    }

    /** Fourth step: Stirling's series where the argument is large; {@code small} is what the step before gave. */
    static DoubleVector lgamma(Vector<Double> v, Vector<Double> small) {
        DoubleVector a = positive((DoubleVector) v).min(Double.MAX_VALUE); // no inf - inf
        DoubleVector log = (DoubleVector) small;
        DoubleVector r = a.broadcast(1).div(a);
        DoubleVector u = r.mul(r);
        DoubleVector p = u.broadcast(1.0 / 156);
        p = p.fma(u, u.broadcast(-691.0 / 360360));
        p = p.fma(u, u.broadcast(1.0 / 1188));
        p = p.fma(u, u.broadcast(-1.0 / 1680));
        p = p.fma(u, u.broadcast(1.0 / 1260));
        p = p.fma(u, u.broadcast(-1.0 / 360));
        p = p.fma(u, u.broadcast(1.0 / 12));
        DoubleVector rest = p.fma(r, log.mul(-0.5).add(HALF_LOG_2_PI));
        return log.blend(log.sub(1).fma(a, rest), a.compare(VectorOperators.GE, LARGE));
    }

    /** First step of the reflection: pi / |sin(pi x)| where x is not positive, else 1. */
    static DoubleVector lgammaSine(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector sine = sine(fraction(x)).abs();
        return x.broadcast(1).blend(x.broadcast(Math.PI).div(sine), x.compare(VectorOperators.LE, 0));
    }

    /** What the logarithm of that is added to: what is computed for positive x, and where x is not positive its opposite. */
    static DoubleVector lgammaReflected(Vector<Double> v, Vector<Double> positive) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector p = (DoubleVector) positive;
        return p.blend(p.neg(), x.compare(VectorOperators.LE, 0))
                .blend(Double.POSITIVE_INFINITY, x.compare(VectorOperators.EQ, Double.NEGATIVE_INFINITY));
    }

    /** sin(pi r) for |r| up to 1/2. */
    private static DoubleVector sine(DoubleVector r) {
        DoubleVector z = r.mul(r);
        DoubleVector p = z.broadcast(7.443475747292847e-07);
        p = p.fma(z, z.broadcast(-2.1876118750362224e-05));
        p = p.fma(z, z.broadcast(0.0004662876594484151));
        p = p.fma(z, z.broadcast(-0.007370427635331835));
        p = p.fma(z, z.broadcast(0.08214588618598893));
        p = p.fma(z, z.broadcast(-0.5992645292892268));
        p = p.fma(z, z.broadcast(2.550164039876085));
        p = p.fma(z, z.broadcast(-5.167712780049947));
        p = p.fma(z, z.broadcast(3.141592653589793));
        return p.mul(r);
    }

    /** |x| less the nearest integer, from -1/2 to 1/2; 0 for numbers that have no fraction. */
    private static DoubleVector fraction(DoubleVector x) {
        DoubleVector magnitude = x.abs();
        DoubleVector rest = magnitude.sub(magnitude.add(0x1p52).sub(0x1p52));
        return rest.blend(0, magnitude.compare(VectorOperators.GE, 0x1p52));
    }

    /**
     * First step of digamma: the number whose logarithm is its greatest part. Below 10 the recurrence leads to a + 8; the sum of the eight reciprocals
     * that it takes is, by pairs from both ends, (2a + 7) times the logarithmic derivative of t (t + 6) (t + 10) (t + 12)
     * for t = a (a + 7).
     */
    static DoubleVector digammaArgument(Vector<Double> v) {
        DoubleVector a = positive((DoubleVector) v);
        return a.add(8).blend(a, a.compare(VectorOperators.GE, LARGE));
    }

    /** Third step of digamma, given that logarithm: of positive numbers. */
    static DoubleVector digamma(Vector<Double> v, Vector<Double> logarithm) {
        DoubleVector a = positive((DoubleVector) v);
        VectorMask<Double> large = a.compare(VectorOperators.GE, LARGE);
        DoubleVector r = a.broadcast(1).div(a.add(8).blend(a, large));
        DoubleVector series = seriesOfDigamma(r.mul(r)).fma(r, r.broadcast(0.5)).mul(r);
        return ((DoubleVector) logarithm).sub(series).sub(reciprocals(a).blend(0, large));
    }

    private static DoubleVector reciprocals(DoubleVector a) {
        DoubleVector t = a.add(7).mul(a);
        DoubleVector slope = t.mul(4).add(84).fma(t, t.broadcast(504)).fma(t, t.broadcast(720));
        DoubleVector value =
                t.add(28).fma(t, t.broadcast(252)).fma(t, t.broadcast(720)).mul(t);
        return a.add(a).add(7).mul(slope).div(value);
    }

    /** The sum of B(2k) / 2k u^(k - 1) over k up to 10. */
    private static DoubleVector seriesOfDigamma(DoubleVector u) {
        DoubleVector p = u.broadcast(-174611.0 / 6600);
        p = p.fma(u, u.broadcast(43867.0 / 14364));
        p = p.fma(u, u.broadcast(-3617.0 / 8160));
        p = p.fma(u, u.broadcast(1.0 / 12));
        p = p.fma(u, u.broadcast(-691.0 / 32760));
        p = p.fma(u, u.broadcast(1.0 / 132));
        p = p.fma(u, u.broadcast(-1.0 / 240));
        p = p.fma(u, u.broadcast(1.0 / 252));
        p = p.fma(u, u.broadcast(-1.0 / 120));
        return p.fma(u, u.broadcast(1.0 / 12));
    }

    /** Last step where any x is not positive: less pi / tan(pi x); infinite at 0, NaN at the negative integers. */
    static DoubleVector digammaReflected(Vector<Double> v, Vector<Double> positive) {
        DoubleVector x = (DoubleVector) v;
        DoubleVector rest = fraction(x); // of |x|: its tangent has the other sign where x is negative
        DoubleVector cosine = sine(rest.abs().neg().add(0.5));
        DoubleVector cotangent = cosine.div(sine(rest)).mul(-Math.PI);
        DoubleVector reflected =
                ((DoubleVector) positive).sub(cotangent).blend(Double.NaN, rest.compare(VectorOperators.EQ, 0));
        LongVector sign = x.neg().reinterpretAsLongs().and(Long.MIN_VALUE);
        DoubleVector pole = x.broadcast(Double.POSITIVE_INFINITY)
                .reinterpretAsLongs()
                .or(sign)
                .reinterpretAsDoubles();
        return ((DoubleVector) positive)
                .blend(reflected, x.compare(VectorOperators.LT, 0))
                .blend(pole, x.compare(VectorOperators.EQ, 0));
    }
}
