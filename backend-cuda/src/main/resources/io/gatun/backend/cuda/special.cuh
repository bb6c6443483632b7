// Functions that CUDA lacks, in double: the digamma and zeta functions, as GammaFunctions in tensor-api has them, with its sources.

#pragma once
#include "gatun.cuh"

__device__ inline double bernoulli(int k) { // B(2k)
    switch (k) {
        case 1: return 1.0 / 6;
        case 2: return -1.0 / 30;
        case 3: return 1.0 / 42;
        case 4: return -1.0 / 30;
        case 5: return 5.0 / 66;
        case 6: return -691.0 / 2730;
        case 7: return 7.0 / 6;
        case 8: return -3617.0 / 510;
        case 9: return 43867.0 / 798;
        default: return -174611.0 / 330;
    }
}

__device__ inline double digammaAbove(double x) { // x > 0
    double below = 0;
    double at = x;
    while (at < 10) {
        below += 1 / at;
        at++;
    }
    double square = 1 / (at * at);
    double power = square;
    double sum = 0;
    for (int k = 1; k <= 10; k++) {
        sum += bernoulli(k) / (2 * k) * power;
        power *= square;
    }
    return log(at) - 0.5 / at - sum - below;
}

__device__ inline double digamma(double x) {
    const double PI = 3.141592653589793;
    if (x == 0) {
        return copysign((double) GATUN_INFINITY, -x);
    }
    if (x < 0) {
        double rest = x - rint(x); // exact; the tangent has period pi
        return rest == 0 || isinf(x) ? (double) GATUN_NAN : digammaAbove(1 - x) - PI / tan(PI * rest);
    }
    return digammaAbove(x);
}

// Not inlined: it has five powers, and is called thrice for each element of a pack.
__device__ __attribute__((noinline)) double zetaAbove(double s, double q) { // s > 1, q > 0
    if (q > 1e8) {
        return (1 / (s - 1) + 0.5 / q) * pow(q, 1 - s);
    }
    double sum = 0;
    double at = q;
    for (int k = 0; k < 10 || at < 10; k++) {
        double term = pow(at, -s);
        sum += term;
        if (term < 1e-18 * sum) {
            return sum;
        }
        at++;
    }
    double power = pow(at, -s);
    sum += power * (at / (s - 1) + 0.5);
    double factor = s * power / at;
    double factorial = 2;
    for (int k = 1; k <= 10; k++) {
        double term = bernoulli(k) * factor / factorial;
        sum += term;
        if (fabs(term) < 1e-18 * sum) {
            break;
        }
        factor *= (s + 2 * k - 1) * (s + 2 * k) / (at * at);
        factorial *= (2 * k + 1) * (2 * k + 2);
    }
    return sum;
}

__device__ inline double zeta(double s, double q) {
    if (s == 1) {
        return GATUN_INFINITY;
    }
    if (!(s > 1) || q != q) {
        return GATUN_NAN;
    }
    if (isinf(s)) {
        return q > 1 ? GATUN_NAN : q == 1 ? 1.0f : GATUN_INFINITY;
    }
    if (q > 0) {
        return zetaAbove(s, q);
    }
    if (q == floor(q)) {
        return GATUN_INFINITY;
    }
    if (s != floor(s)) {
        return GATUN_NAN;
    }
    double first = q - floor(q);
    double below = zetaAbove(s, 1 - first) - zetaAbove(s, 1 - q);
    return zetaAbove(s, first) + (fmod(s, 2.0) == 0 ? below : -below);
}
