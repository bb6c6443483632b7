// The functions of Java's StrictMath for the operands that random numbers need, to the last bit: the algorithms of fdlibm 5.3
// (Sun Microsystems), which StrictMath is defined by, in its order of operations. None is fused with another, which a compiler
// may otherwise do.

#pragma once
#include "gatun.cuh"

// A double whose operations are each rounded.
struct Strict {
    double value;

    __device__ Strict(double value) : value(value) {}

    __device__ static Strict of(unsigned high, unsigned low) {
        return Strict(__longlong_as_double((i64) ((u64) high << 32 | low)));
    }

    __device__ u64 bits() const {
        return (u64) __double_as_longlong(value);
    }

    __device__ int high() const { return (int) (bits() >> 32); }
    __device__ Strict upper() const { return of((unsigned) high(), 0); }
    __device__ Strict operator-() const { return Strict(-value); }
};

__device__ inline Strict operator+(Strict a, Strict b) { return __dadd_rn(a.value, b.value); }
__device__ inline Strict operator-(Strict a, Strict b) { return __dsub_rn(a.value, b.value); }
__device__ inline Strict operator*(Strict a, Strict b) { return __dmul_rn(a.value, b.value); }
__device__ inline Strict operator/(Strict a, Strict b) { return a.value / b.value; }

const double LN2_UPPER = 6.93147180369123816490e-01;
const double LN2_LOWER = 1.90821492927058770002e-10;

// Of a normal number above 0.
__device__ inline Strict strictLog(Strict x) {
    int high = x.high();
    int exponent = (high >> 20) - 1023;
    high &= 0xFFFFF;
    int carry = (high + 0x95F64) & 0x100000; // so that the fraction is from sqrt(1/2) to sqrt(2)
    exponent += carry >> 20;
    Strict f = Strict::of((unsigned) (high | (carry ^ 0x3FF00000)), (unsigned) x.bits()) - 1.0;
    Strict k = (double) exponent;
    if ((0xFFFFF & (2 + high)) < 3) { // |f| < 2^-20
        if (f.value == 0) {
            return exponent == 0 ? Strict(0.0) : k * LN2_UPPER + k * LN2_LOWER;
        }
        Strict r = f * f * (0.5 - 0.33333333333333333 * f);
        return exponent == 0 ? f - r : k * LN2_UPPER - ((r - k * LN2_LOWER) - f);
    }
    Strict s = f / (2.0 + f);
    Strict z = s * s;
    Strict w = z * z;
    Strict even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    Strict odd = z
            * (6.666666666666735130e-01
                    + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    Strict r = odd + even;
    if (((high - 0x6147A) | (0x6B851 - high)) > 0) {
        Strict half = 0.5 * f * f;
        return exponent == 0 ? f - (half - s * (half + r))
                             : k * LN2_UPPER - ((half - (s * (half + r) + k * LN2_LOWER)) - f);
    }
    return exponent == 0 ? f - s * (f - r) : k * LN2_UPPER - ((s * (f - r) - k * LN2_LOWER) - f);
}

__device__ inline Strict strictExp(Strict x) {
    unsigned magnitude = (unsigned) x.high() & 0x7FFFFFFF;
    bool negative = x.high() < 0;
    if (x.value != x.value || x.value > 7.09782712893383973096e+02) {
        return x.value != x.value ? x : x * 0x1p1023;
    }
    if (x.value < -7.45133219101941108420e+02) {
        return 0.0;
    }
    Strict upper = 0.0;
    Strict lower = 0.0;
    int k = 0;
    if (magnitude > 0x3FD62E42) { // above ln(2) / 2
        if (magnitude < 0x3FF0A2B2) { // below 3 ln(2) / 2
            k = negative ? -1 : 1;
            upper = x - (negative ? -LN2_UPPER : LN2_UPPER);
            lower = negative ? -LN2_LOWER : LN2_LOWER;
        } else {
            k = (int) (1.44269504088896338700e+00 * x + (negative ? -0.5 : 0.5)).value;
            upper = x - (double) k * Strict(LN2_UPPER);
            lower = (double) k * Strict(LN2_LOWER);
        }
        x = upper - lower;
    } else if (magnitude < 0x3E300000) { // below 2^-28
        return 1.0 + x;
    }
    Strict t = x * x;
    Strict c = x
            - t
                    * (1.66666666666666019037e-01
                            + t
                                    * (-2.77777777770155933842e-03
                                            + t
                                                    * (6.61375632143793436117e-05
                                                            + t
                                                                    * (-1.65339022054652515390e-06
                                                                            + t * 4.13813679705723846039e-08))));
    if (k == 0) {
        return 1.0 - ((x * c) / (c - 2.0) - x);
    }
    Strict y = 1.0 - ((lower - (x * c) / (2.0 - c)) - upper);
    unsigned low = (unsigned) y.bits();
    if (k >= -1021) {
        return Strict::of((unsigned) y.high() + ((unsigned) k << 20), low);
    }
    return Strict::of((unsigned) y.high() + ((unsigned) (k + 1000) << 20), low) * 9.33263618503218878990e-302; // 2^-1000
}

// x less the nearest multiple of pi / 2, as a sum of two.
struct Reduced {
    int quadrant;
    Strict upper;
    Strict lower;
};

const double HALF_PI_1 = 1.57079632673412561417e+00; // the first 33 bits
const double HALF_PI_1T = 6.07710050650619224932e-11; // what follows them
const double HALF_PI_2 = 6.07710050630396597660e-11; // the second 33 bits
const double HALF_PI_2T = 2.02226624879595063154e-21;
const double HALF_PI_3 = 2.02226624871116645580e-21;
const double HALF_PI_3T = 8.47842766036889956997e-32;

// Of |x| from pi / 4 to a few turns.
__device__ inline Reduced reduced(Strict x) {
    unsigned magnitude = (unsigned) x.high() & 0x7FFFFFFF;
    bool negative = x.high() < 0;
    Strict t = negative ? -x : x;
    if (magnitude < 0x4002D97C) { // below 3 pi / 4
        bool close = magnitude == 0x3FF921FB;
        Strict z = t - HALF_PI_1;
        z = close ? z - HALF_PI_2 : z;
        Strict rest = close ? HALF_PI_2T : HALF_PI_1T;
        Strict upper = z - rest;
        Strict lower = (z - upper) - rest;
        return negative ? Reduced{-1, -upper, -lower} : Reduced{1, upper, lower};
    }
    int n = (int) (t * 6.36619772367581382433e-01 + 0.5).value;
    Strict fn = (double) n;
    Strict r = t - fn * HALF_PI_1;
    Strict w = fn * HALF_PI_1T;
    Strict upper = r - w;
    // The upper words of the first four multiples: only near these is more needed.
    unsigned near = n == 1 ? 0x3FF921FB : n == 2 ? 0x400921FB : n == 3 ? 0x4012D97C : n == 4 ? 0x401921FB : magnitude;
    if (magnitude == near) {
        int exponent = (int) (magnitude >> 20);
        if (exponent - ((upper.high() >> 20) & 0x7FF) > 16) {
            t = r;
            w = fn * HALF_PI_2;
            r = t - w;
            w = fn * HALF_PI_2T - ((t - r) - w);
            upper = r - w;
            if (exponent - ((upper.high() >> 20) & 0x7FF) > 49) {
                t = r;
                w = fn * HALF_PI_3;
                r = t - w;
                w = fn * HALF_PI_3T - ((t - r) - w);
                upper = r - w;
            }
        }
    }
    Strict lower = (r - upper) - w;
    return negative ? Reduced{-n, -upper, -lower} : Reduced{n, upper, lower};
}

// Of x + y with |x| up to pi / 4, y being 0 if `exact`.
__device__ inline Strict sineNearZero(Strict x, Strict y, bool exact) {
    if (((unsigned) x.high() & 0x7FFFFFFF) < 0x3E400000) { // below 2^-27
        return x;
    }
    Strict z = x * x;
    Strict v = z * x;
    Strict r = 8.33333333332248946124e-03
            + z
                    * (-1.98412698298579493134e-04
                            + z
                                    * (2.75573137070700676789e-06
                                            + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)));
    const double S1 = -1.66666666666666324348e-01;
    return exact ? x + v * (S1 + z * r) : x - ((z * (0.5 * y - v * r) - y) - v * S1);
}

__device__ inline Strict cosineNearZero(Strict x, Strict y) {
    unsigned magnitude = (unsigned) x.high() & 0x7FFFFFFF;
    if (magnitude < 0x3E400000) {
        return 1.0;
    }
    Strict z = x * x;
    Strict r = z
            * (4.16666666666666019037e-02
                    + z
                            * (-1.38888888888741095749e-03
                                    + z
                                            * (2.48015872894767294178e-05
                                                    + z
                                                            * (-2.75573143513906633035e-07
                                                                    + z
                                                                            * (2.08757232129817482790e-09
                                                                                    + z * -1.13596475577881948265e-11)))));
    if (magnitude < 0x3FD33333) { // below 0.3
        return 1.0 - (0.5 * z - (z * r - x * y));
    }
    Strict quarter = magnitude > 0x3FE90000 ? Strict(0.28125) : Strict::of(magnitude - 0x00200000, 0); // about x / 4
    Strict half = 0.5 * z - quarter;
    return (1.0 - quarter) - (half - (z * r - x * y));
}

__device__ inline bool isNearZero(Strict x) {
    return ((unsigned) x.high() & 0x7FFFFFFF) <= 0x3FE921FB; // up to pi / 4
}

// Of up to a few turns, like the next ones.
__device__ inline Strict strictSin(Strict x) {
    if (isNearZero(x)) {
        return sineNearZero(x, 0.0, true);
    }
    Reduced y = reduced(x);
    Strict result = (y.quadrant & 1) == 0 ? sineNearZero(y.upper, y.lower, false) : cosineNearZero(y.upper, y.lower);
    return (y.quadrant & 2) == 0 ? result : -result;
}

__device__ inline Strict strictCos(Strict x) {
    if (isNearZero(x)) {
        return cosineNearZero(x, 0.0);
    }
    Reduced y = reduced(x);
    Strict result = (y.quadrant & 1) == 0 ? cosineNearZero(y.upper, y.lower) : sineNearZero(y.upper, y.lower, false);
    return ((y.quadrant + 1) & 2) == 0 ? result : -result;
}

// -1 / w, where w is nearly x + r.
__device__ inline Strict minusReciprocal(Strict w, Strict x, Strict r) {
    Strict z = w.upper();
    Strict v = r - (z - x);
    Strict a = -1.0 / w;
    Strict t = a.upper();
    Strict s = 1.0 + t * z;
    return t + a * (s + t * v);
}

// The tangent of x + y, or with `cotangent` -1 divided by it.
__device__ inline Strict tangentNearZero(Strict x, Strict y, bool cotangent) {
    int high = x.high();
    unsigned magnitude = (unsigned) high & 0x7FFFFFFF;
    if (magnitude < 0x3E300000) { // below 2^-28
        return cotangent ? minusReciprocal(x + y, x, y) : x;
    }
    bool large = magnitude >= 0x3FE59428; // from 0.6744 on: by its distance from pi / 4
    if (large) {
        Strict z = 7.85398163397448278999e-01 - (high < 0 ? -x : x);
        Strict w = 3.06161699786838301793e-17 - (high < 0 ? -y : y);
        x = z + w;
        y = 0.0;
    }
    Strict z = x * x;
    Strict w = z * z;
    Strict odd = 1.33333333333201242699e-01
            + w
                    * (2.18694882948595424599e-02
                            + w
                                    * (3.59207910759131235356e-03
                                            + w
                                                    * (5.88041240820264096874e-04
                                                            + w
                                                                    * (7.81794442939557092300e-05
                                                                            + w * -1.85586374855275456654e-05))));
    Strict even = z
            * (5.39682539762260521377e-02
                    + w
                            * (8.86323982359930005737e-03
                                    + w
                                            * (1.45620945432529025516e-03
                                                    + w
                                                            * (2.46463134818469906812e-04
                                                                    + w
                                                                            * (7.14072491382608190305e-05
                                                                                    + w * 2.59073051863633712884e-05)))));
    Strict s = z * x;
    Strict r = y + z * (s * (odd + even) + y);
    r = r + 3.33333333333334091986e-01 * s;
    w = x + r;
    if (large) {
        Strict v = cotangent ? -1.0 : 1.0;
        Strict result = v - 2.0 * (x - (w * w / (w + v) - r));
        return high < 0 ? -result : result;
    }
    return cotangent ? minusReciprocal(w, x, r) : w;
}

__device__ inline Strict strictTan(Strict x) {
    if (isNearZero(x)) {
        return tangentNearZero(x, 0.0, false);
    }
    Reduced y = reduced(x);
    return tangentNearZero(y.upper, y.lower, (y.quadrant & 1) != 0);
}
