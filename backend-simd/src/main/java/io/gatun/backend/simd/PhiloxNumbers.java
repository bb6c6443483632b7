package io.gatun.backend.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/**
 * What makes random numbers of words, as {@link io.gatun.tensor.spi.Philox} defines it, to the last bit: bodies of kernels on
 * vectors of F64, or of I64, and the functions they are made of. A word is the lower half of a lane's bits. Logarithm, sine and cosine are
 * those of {@code PhiloxFunctions} there, operation by operation.
 */
final class PhiloxNumbers {
    private static final double INTEGERS = 0x1.8p52; // added to a number it leaves the nearest integer in the low bits
    private static final double ULP_ONE =
            0x1p52; // its bits take an integer in their lower half, which it is then more by
    private static final long ULP_ONE_BITS = Double.doubleToRawLongBits(ULP_ONE);
    private static final long HALF_ROOT = Double.doubleToRawLongBits(Math.sqrt(0.5));
    private static final double LOG_2 = 0x1.62e42fefa39efp-1;

    private PhiloxNumbers() {}

    // ---- fractions of words

    /** The top 24 bits: of F32. */
    static DoubleVector uniform24(Vector<Double> words) {
        return number(words, 8).mul(0x1p-24);
    }

    /** The top 11 bits: of F16. */
    static DoubleVector uniform11(Vector<Double> words) {
        return number(words, 21).mul(0x1p-11);
    }

    /** The top 8 bits: of BF16. */
    static DoubleVector uniform8(Vector<Double> words) {
        return number(words, 24).mul(0x1p-8);
    }

    /** In (0, 1), the middle of one of 2^32 intervals. */
    static DoubleVector inside(Vector<Double> words) {
        return number(words, 0).add(0.5).mul(0x1p-32);
    }

    /** In (0, 1]. */
    static DoubleVector aboveZero(Vector<Double> words) {
        return number(words, 0).add(1).mul(0x1p-32);
    }

    /** In [0, 1). */
    static DoubleVector fraction(Vector<Double> words) {
        return number(words, 0).mul(0x1p-32);
    }

    /** In [0, 1), of 53 bits. */
    static DoubleVector fraction(Vector<Double> low, Vector<Double> high) {
        DoubleVector h = number(high, 0);
        return h.fma(h.broadcast(0x1p-32), number(low, 11).mul(0x1p-53)); // exact
    }

    /** In (0, 1], of 53 bits. */
    static DoubleVector aboveZero(Vector<Double> low, Vector<Double> high) {
        DoubleVector h = number(high, 0);
        return h.fma(h.broadcast(0x1p-32), number(low, 11).mul(0x1p-53)).neg().add(1);
    }

    /** In (0, 1), the middle of one of 2^52 intervals. */
    static DoubleVector inside(Vector<Double> low, Vector<Double> high) {
        DoubleVector h = number(high, 0);
        return h.fma(h.broadcast(0x1p20), number(low, 12)).add(0.5).mul(0x1p-52); // exact
    }

    /** The words without their lowest bits. */
    private static DoubleVector number(Vector<Double> words, int bits) {
        return ((DoubleVector) words)
                .reinterpretAsLongs()
                .lanewise(VectorOperators.LSHR, bits)
                .or(ULP_ONE_BITS)
                .reinterpretAsDoubles()
                .sub(ULP_ONE);
    }

    /** An integer below the range, which is at most 2^24, of words. */
    static LongVector below(Vector<Long> words, Vector<Long> range) {
        LongVector factor = ((LongVector) range).and(0xFFFFFFFFL);
        return ((LongVector) words).and(0xFFFFFFFFL).mul(factor).lanewise(VectorOperators.LSHR, 32);
    }

    // ---- numbers of fractions

    /** All bits where u is below the probability, else none. */
    static DoubleVector isBelow(Vector<Double> u, Vector<Double> probability) {
        return ((DoubleVector) u)
                .sub((DoubleVector) probability)
                .reinterpretAsLongs()
                .lanewise(VectorOperators.ASHR, 63)
                .reinterpretAsDoubles();
    }

    /** The logarithm. */
    static DoubleVector logarithm(Vector<Double> u) {
        return log((DoubleVector) u);
    }

    /** The logarithm, negated. */
    static DoubleVector minusLogarithm(Vector<Double> u) {
        return log((DoubleVector) u).neg();
    }

    /** The distance from the origin of two independent normal numbers. */
    static DoubleVector radius(Vector<Double> u) {
        return log((DoubleVector) u).mul(-2).lanewise(VectorOperators.SQRT);
    }

    static DoubleVector cosineTimes(Vector<Double> radius, Vector<Double> turns) {
        return cosine((DoubleVector) turns).mul((DoubleVector) radius);
    }

    static DoubleVector sineTimes(Vector<Double> radius, Vector<Double> turns) {
        return cosine(((DoubleVector) turns).sub(0.25)).mul((DoubleVector) radius);
    }

    /** Half a turn times what u is above 1/2. */
    static DoubleVector turns(Vector<Double> u) {
        return ((DoubleVector) u).sub(0.5).mul(0.5);
    }

    /** The quotient of sine and cosine, given the sine. */
    static DoubleVector tangent(Vector<Double> sine, Vector<Double> turns) {
        return ((DoubleVector) sine).div(cosine((DoubleVector) turns));
    }

    static DoubleVector sine(Vector<Double> turns) {
        return cosine(((DoubleVector) turns).sub(0.25));
    }

    private static DoubleVector log(DoubleVector u) {
        LongVector bits = u.reinterpretAsLongs();
        LongVector exponent = bits.sub(HALF_ROOT).lanewise(VectorOperators.ASHR, 52);
        DoubleVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, 52))
                .reinterpretAsDoubles()
                .sub(1);
        DoubleVector s = f.div(f.add(2));
        DoubleVector z = s.mul(s);
        DoubleVector p = z.broadcast(0.1461725406857548)
                .fma(z, z.broadcast(0.15331654150263807))
                .fma(z, z.broadcast(0.1818289118770998))
                .fma(z, z.broadcast(0.2222221110741621))
                .fma(z, z.broadcast(0.2857142862611354))
                .fma(z, z.broadcast(0.39999999999899455))
                .fma(z, z.broadcast(0.666666666666667));
        DoubleVector e = exponent.add(Double.doubleToRawLongBits(INTEGERS))
                .reinterpretAsDoubles()
                .sub(INTEGERS);
        return e.fma(e.broadcast(LOG_2), s.mul(z).fma(p, s.add(s)));
    }

    private static DoubleVector cosine(DoubleVector turns) {
        DoubleVector quarters = turns.fma(turns.broadcast(4), turns.broadcast(INTEGERS));
        DoubleVector r = quarters.sub(INTEGERS).fma(turns.broadcast(-0.25), turns); // exact
        DoubleVector z = r.mul(r);
        LongVector even = z.broadcast(-1.6925569987649849)
                .fma(z, z.broadcast(7.902847521651148))
                .fma(z, z.broadcast(-26.426245411406256))
                .fma(z, z.broadcast(60.24464126692856))
                .fma(z, z.broadcast(-85.45681720616079))
                .fma(z, z.broadcast(64.93939402266695))
                .fma(z, z.broadcast(-19.739208802178716))
                .fma(z, z.broadcast(1))
                .reinterpretAsLongs();
        LongVector odd = z.broadcast(3.7761210919907997)
                .fma(z, z.broadcast(-15.093562599270248))
                .fma(z, z.broadcast(42.058680289090525))
                .fma(z, z.broadcast(-76.70585965977759))
                .fma(z, z.broadcast(81.60524927574441))
                .fma(z, z.broadcast(-41.341702240399236))
                .fma(z, z.broadcast(6.283185307179586))
                .mul(r)
                .reinterpretAsLongs();
        LongVector quadrant = quarters.reinterpretAsLongs();
        LongVector isOdd = quadrant.lanewise(VectorOperators.LSHL, 63).lanewise(VectorOperators.ASHR, 63);
        LongVector sign = quadrant.add(1).and(2).lanewise(VectorOperators.LSHL, 62);
        return even.lanewise(VectorOperators.XOR, odd)
                .and(isOdd)
                .lanewise(VectorOperators.XOR, even)
                .lanewise(VectorOperators.XOR, sign)
                .reinterpretAsDoubles();
    }
}
