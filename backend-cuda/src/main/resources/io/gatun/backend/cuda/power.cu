// Powers, angles, lengths, greatest common divisors. T: the element type.

#include "binary.cuh"

__device__ inline float function(int kind, float a, float b) {
    switch (kind) {
        case GATUN_POW: return (float) pow((double) a, (double) b); // its float form errs by several units
        case GATUN_ATAN2: return atan2f(a, b);
        default: return hypotf(a, b);
    }
}

__device__ inline double function(int kind, double a, double b) {
    switch (kind) {
        case GATUN_POW: return pow(a, b);
        case GATUN_ATAN2: return atan2(a, b);
        default: return hypot(a, b);
    }
}

__device__ inline i64 powerOf(i64 a, i64 b) {
    if (b < 0) {
        return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
    }
    u64 result = 1;
    u64 square = (u64) a;
    for (i64 rest = b; rest != 0; rest >>= 1) {
        if (rest & 1) {
            result *= square;
        }
        square *= square;
    }
    return (i64) result;
}

__device__ inline i64 divisor(i64 a, i64 b) { // the greatest common one, by Euclid's algorithm
    while (b != 0) {
        i64 rest = b == -1 ? 0 : a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? (i64) (0 - (u64) a) : a;
}

__device__ inline i64 function(int kind, i64 a, i64 b) {
    return kind == GATUN_POW ? powerOf(a, b) : divisor(a, b);
}

extern "C" __global__ void power(Arguments p) {
    int kind = (int) p.kind;
    mapPairs(p.nest, [kind](Wide a, Wide b) { return function(kind, a, b); });
}
