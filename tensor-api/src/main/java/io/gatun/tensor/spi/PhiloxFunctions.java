package io.gatun.tensor.spi;

/**
 * The functions that {@link Philox} is defined by, to the last bit: each is the operations written here in their order, fused
 * where {@link Math#fma} is, so that backends have the same numbers from vectors or threads of a GPU. Results are within 2 units
 * in the last place of the functions' values.
 *
 * <p>The polynomials are minimax fits with coefficients of F64, made with Sollya's {@code fpminimax}: errors are below 5e-18 for
 * the logarithm, 4e-17 (the rounding of 2 pi) and 4e-19 for sine and cosine.
 */
final class PhiloxFunctions {
    /** Added to a number it leaves the nearest integer in the low bits. */
    private static final double INTEGERS = 0x1.8p52;

    private static final long HALF_ROOT = Double.doubleToRawLongBits(Math.sqrt(0.5));
    private static final double LOG2_E = 0x1.71547652b82fep0;
    private static final double LOG_2 = 0x1.62e42fefa39efp-1;
    private static final double LOG_2_HIGH = 0x1.62e42fefa2p-1; // few bits: times an integer it is exact
    private static final double LOG_2_LOW = 0x1.9ef35793c7673p-41;

    private PhiloxFunctions() {}

    /** log(u) of a normal number above 0: that is 2^e m with m from sqrt(1/2) to sqrt(2), and log(m) is 2 artanh(s). */
    static double log(double u) {
        long bits = Double.doubleToRawLongBits(u);
        long exponent = bits - HALF_ROOT >> 52;
        double f = Double.longBitsToDouble(bits - (exponent << 52)) - 1;
        double s = f / (f + 2);
        double z = s * s;
        double p = 0.1461725406857548;
        p = Math.fma(p, z, 0.15331654150263807);
        p = Math.fma(p, z, 0.1818289118770998);
        p = Math.fma(p, z, 0.2222221110741621);
        p = Math.fma(p, z, 0.2857142862611354);
        p = Math.fma(p, z, 0.39999999999899455);
        p = Math.fma(p, z, 0.666666666666667);
        return Math.fma((double) exponent, LOG_2, Math.fma(s * z, p, s + s));
    }

    /** cos(2 pi turns), for multiples of 2^-54 whose magnitude is at most 1. */
    static double cosine(double turns) {
        double quarters = Math.fma(turns, 4, INTEGERS);
        double r = Math.fma(quarters - INTEGERS, -0.25, turns); // exact
        long quadrant = Double.doubleToRawLongBits(quarters);
        double value = (quadrant & 1) == 0 ? even(r) : odd(r);
        return Double.longBitsToDouble(Double.doubleToRawLongBits(value) ^ (quadrant + 1 & 2) << 62);
    }

    /** sin(2 pi turns), for such multiples: of these a quarter is taken exactly. */
    static double sine(double turns) {
        return cosine(turns - 0.25);
    }

    /** cos(2 pi r), for |r| up to 1/8. */
    private static double even(double r) {
        double z = r * r;
        double p = -1.6925569987649849;
        p = Math.fma(p, z, 7.902847521651148);
        p = Math.fma(p, z, -26.426245411406256);
        p = Math.fma(p, z, 60.24464126692856);
        p = Math.fma(p, z, -85.45681720616079);
        p = Math.fma(p, z, 64.93939402266695);
        p = Math.fma(p, z, -19.739208802178716);
        return Math.fma(p, z, 1);
    }

    /** sin(2 pi r), for |r| up to 1/8. */
    private static double odd(double r) {
        double z = r * r;
        double p = 3.7761210919907997;
        p = Math.fma(p, z, -15.093562599270248);
        p = Math.fma(p, z, 42.058680289090525);
        p = Math.fma(p, z, -76.70585965977759);
        p = Math.fma(p, z, 81.60524927574441);
        p = Math.fma(p, z, -41.341702240399236);
        p = Math.fma(p, z, 6.283185307179586);
        return p * r;
    }

    /** e^x: 2^n e^r with |r| up to log(2) / 2, and 2^n in two factors, because alone it would often not be a number. */
    static double exp(double x) {
        if (x < -746) {
            return 0;
        }
        if (x > 711) {
            return Double.POSITIVE_INFINITY;
        }
        double quotient = Math.fma(x, LOG2_E, INTEGERS);
        double n = quotient - INTEGERS;
        double first = Math.fma(n, -LOG_2_HIGH, x); // exact
        double second = Math.fma(n, -LOG_2_LOW, 0);
        double r = first + second;
        double p = 2.506844712948133e-08;
        p = Math.fma(p, r, 2.762024427411413e-07);
        p = Math.fma(p, r, 2.755735503097864e-06);
        p = Math.fma(p, r, 2.4801520907793027e-05);
        p = Math.fma(p, r, 0.00019841269784775977);
        p = Math.fma(p, r, 0.001388888891753731);
        p = Math.fma(p, r, 0.008333333333356322);
        p = Math.fma(p, r, 0.041666666666623116);
        p = Math.fma(p, r, 0.16666666666666644);
        p = Math.fma(p, r, 0.5000000000000001);
        double growth = Math.fma(p, r * r, second) + first;
        long whole = Double.doubleToRawLongBits(quotient);
        long half = whole >> 1;
        double low = powerOfTwo(half);
        return Math.fma(growth, low, low) * powerOfTwo(whole - half);
    }

    /** 2 to the power that the low bits are. */
    private static double powerOfTwo(long bits) {
        return Double.longBitsToDouble((bits << 52) + Double.doubleToRawLongBits(1));
    }
}
