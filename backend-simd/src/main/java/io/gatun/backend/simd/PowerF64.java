package io.gatun.backend.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Parts of x^y = e^(y log|x|) for vectors of F64, with the sign that x gives; each is a kernel's body (see
 * {@link StepsKernel}, {@link PowerKernels}). The exponential multiplies the error of its argument by that argument, up to
 * 709, and so the logarithm and the product have a second part each: what their roundings lost.
 *
 * <p>The rest of the logarithm is as long as a body can be: of six operations more, a call was not inlined in every fourth JVM
 * ({@link Stamp}), and the power took twice as long.
 */
final class PowerF64 {
    private static final VectorSpecies<Double> SPECIES = VectorWidth.species(double.class);
    private static final long HALF_ROOT = Double.doubleToRawLongBits(Math.sqrt(0.5));
    private static final double SCALE = 0x1p54;
    private static final double INTEGERS = 0x1.8p52;
    private static final double LOG_2 = 0x1.62e42fefa2p-1;
    private static final double LOG_2_REST = 0x1.9ef35793c7673p-41;
    private static final double TWO_THIRDS = 0x1.5555555555555p-1;
    private static final double TWO_THIRDS_REST = 0x1.5555555555555p-55;
    private static final double LOG2_E = 0x1.71547652b82fep0;
    private static final double LOG_OF_2 = 0x1.62e42fefa39efp-1;
    private static final long ONE = Double.doubleToRawLongBits(1);

    private PowerF64() {}

    /** y log|x|; 0 where either is 0, because anything to the power 0 is 1, and so is 1 to any power. */
    static DoubleVector exponent(Vector<Double> y, Vector<Double> logarithm) {
        DoubleVector a = (DoubleVector) y;
        DoubleVector b = (DoubleVector) logarithm;
        return a.mul(b).blend(0, a.compare(VectorOperators.EQ, 0)).blend(0, b.compare(VectorOperators.EQ, 0));
    }

    /** What that product's rounding lost. */
    static DoubleVector restOfProduct(Vector<Double> y, Vector<Double> logarithm) {
        DoubleVector a = (DoubleVector) y;
        DoubleVector b = (DoubleVector) logarithm;
        return a.fma(b, a.mul(b).neg());
    }

    /**
     * What {@code logarithm}, that of x rounded, lacks of the true one. As in {@link LogarithmF32}, but every quantity that
     * counts as a sum of two numbers: s = f / (2 + f), its square, 2/3 and what follows it in the series of 2 atanh(s).
     */
    static DoubleVector restOfLogarithm(Vector<Double> magnitude, Vector<Double> logarithm) {
        DoubleVector x = (DoubleVector) magnitude;
        LongVector bits = bits(x);
        LongVector exponent = exponent(bits);
        DoubleVector e = number(exponent, x);
        DoubleVector f = fraction(bits, exponent);
        DoubleVector g = f.add(2);
        DoubleVector reciprocal = f.broadcast(1).div(g);
        DoubleVector s = f.mul(reciprocal);
        DoubleVector left = s.neg().fma(f.sub(g.sub(2)), s.neg().fma(g, f)).mul(reciprocal);
        return restOfSum(s, left, e, (DoubleVector) logarithm);
    }

    private static DoubleVector restOfSum(DoubleVector s, DoubleVector left, DoubleVector e, DoubleVector logarithm) {
        DoubleVector z = s.mul(s);
        DoubleVector q = series(z);
        DoubleVector zLeft = s.add(s).fma(left, s.fma(s, z.neg()));
        DoubleVector t = z.fma(q, z.broadcast(TWO_THIRDS));
        DoubleVector tLeft = z.fma(q, z.broadcast(TWO_THIRDS).sub(t)).add(TWO_THIRDS_REST);
        DoubleVector c = z.mul(t);
        DoubleVector cLeft = zLeft.fma(t, z.fma(tLeft, z.fma(t, c.neg())));
        DoubleVector p = s.mul(c);
        DoubleVector pLeft = left.fma(c.add(2), s.fma(cLeft, s.fma(c, p.neg())));
        DoubleVector twice = s.add(s);
        DoubleVector h = twice.add(p);
        DoubleVector small = pLeft.add(p.sub(h.sub(twice)));
        DoubleVector whole = e.mul(LOG_2);
        DoubleVector sum = whole.add(h);
        DoubleVector rest = e.fma(e.broadcast(LOG_2_REST), small.add(h.sub(sum.sub(whole))));
        return sum.sub(logarithm).add(rest);
    }

    private static LongVector bits(DoubleVector x) {
        VectorMask<Double> small = x.compare(VectorOperators.LT, Double.MIN_NORMAL);
        return x.blend(x.mul(SCALE), small).reinterpretAsLongs();
    }

    /** Of a number between the square root of 0.5 and that of 2, times 2 to this power. */
    private static LongVector exponent(LongVector bits) {
        return bits.sub(HALF_ROOT).lanewise(VectorOperators.ASHR, 52);
    }

    private static DoubleVector number(LongVector exponent, DoubleVector x) {
        DoubleVector e = exponent.add(Double.doubleToRawLongBits(INTEGERS))
                .reinterpretAsDoubles()
                .sub(INTEGERS);
        return e.blend(e.sub(54), x.compare(VectorOperators.LT, Double.MIN_NORMAL));
    }

    /** What that number is more than 1. */
    private static DoubleVector fraction(LongVector bits, LongVector exponent) {
        return bits.sub(exponent.lanewise(VectorOperators.LSHL, 52))
                .reinterpretAsDoubles()
                .sub(1);
    }

    /** (2 atanh(s) / s - 2 - 2/3 s^2) / s^4 for z = s^2. */
    private static DoubleVector series(DoubleVector z) {
        DoubleVector p = z.broadcast(0.11602831861520323);
        p = p.fma(z, z.broadcast(0.11719783557785755));
        p = p.fma(z, z.broadcast(0.1333419489140279));
        p = p.fma(z, z.broadcast(0.15384608936664632));
        p = p.fma(z, z.broadcast(0.1818181816395676));
        p = p.fma(z, z.broadcast(0.22222222222735136));
        p = p.fma(z, z.broadcast(0.2857142857142637));
        return p.fma(z, z.broadcast(0.4));
    }

    /** e^(exponent + rest), where the rest counts: the exponent is a number, and not 0. */
    static DoubleVector exponential(Vector<Double> exponent, Vector<Double> rest) {
        DoubleVector x = (DoubleVector) exponent;
        VectorMask<Double> counts = x.abs().compare(VectorOperators.LT, 800).and(x.compare(VectorOperators.NE, 0));
        DoubleVector more = x.broadcast(0).blend((DoubleVector) rest, counts);
        return MathF64.exp(x, more, MathF64.ONE);
    }

    /**
     * |x|^y to some forty digits of binary, for results that are rounded to F32: beyond e^200 it is infinite there, and below
     * e^-200 nothing.
     */
    static DoubleVector narrow(Vector<Double> base, Vector<Double> power) {
        DoubleVector x = narrowProduct(((DoubleVector) base).abs(), (DoubleVector) power)
                .min(200)
                .max(-200);
        DoubleVector quotient = x.fma(x.broadcast(LOG2_E), x.broadcast(INTEGERS));
        DoubleVector r = quotient.sub(INTEGERS).fma(x.broadcast(-LOG_OF_2), x);
        DoubleVector p = r.broadcast(0.00019857822974933686);
        p = p.fma(r, r.broadcast(0.0013933660630557406));
        p = p.fma(r, r.broadcast(0.008333360791485967));
        p = p.fma(r, r.broadcast(0.04166646496043085));
        p = p.fma(r, r.broadcast(0.16666666531799426));
        p = p.fma(r, r.broadcast(0.5000000013436124));
        p = p.fma(r.mul(r), r);
        DoubleVector scale = quotient.reinterpretAsLongs()
                .lanewise(VectorOperators.LSHL, 52)
                .add(ONE)
                .reinterpretAsDoubles();
        return p.fma(scale, scale);
    }

    private static DoubleVector narrowProduct(DoubleVector x, DoubleVector y) {
        LongVector bits = bits(x);
        LongVector exponent = exponent(bits);
        DoubleVector e = number(exponent, x);
        DoubleVector f = fraction(bits, exponent);
        DoubleVector s = f.div(f.add(2));
        return e.fma(e.broadcast(LOG_OF_2), narrowLogarithm(s, s.mul(s)))
                .blend(
                        x,
                        x.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not())
                .blend(Double.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0))
                .mul(y)
                .blend(0, y.compare(VectorOperators.EQ, 0))
                .blend(0, x.compare(VectorOperators.EQ, 1));
    }

    /** 2 atanh(s) for z = s^2. */
    private static DoubleVector narrowLogarithm(DoubleVector s, DoubleVector z) {
        DoubleVector p = z.broadcast(0.2334052012775384);
        p = p.fma(z, z.broadcast(0.2855044579273123));
        p = p.fma(z, z.broadcast(0.4000012521280594));
        p = p.fma(z, z.broadcast(0.6666666655024645));
        return p.mul(z).fma(s, s.add(s));
    }

    /** What x^y is to be multiplied by: for negative x -1 if y is odd, NaN if it is no integer and x finite. */
    static DoubleVector sign(Vector<Double> base, Vector<Double> power) {
        DoubleVector x = (DoubleVector) base;
        DoubleVector y = ((DoubleVector) power).abs();
        VectorMask<Double> negative =
                x.reinterpretAsLongs().compare(VectorOperators.LT, 0).cast(SPECIES);
        VectorMask<Double> number =
                x.compare(VectorOperators.LT, 0).and(x.compare(VectorOperators.GT, Double.NEGATIVE_INFINITY));
        DoubleVector half = y.mul(0.5);
        VectorMask<Double> fractional = y.add(0x1p52)
                .sub(0x1p52)
                .compare(VectorOperators.NE, y)
                .andNot(y.compare(VectorOperators.GE, 0x1p52)); // and NaN
        VectorMask<Double> odd = half.add(0x1p52)
                .sub(0x1p52)
                .compare(VectorOperators.NE, half)
                .and(half.compare(VectorOperators.LT, 0x1p52))
                .andNot(fractional);
        return x.broadcast(1).blend(-1, odd.and(negative)).blend(Double.NaN, fractional.and(number));
    }
}
