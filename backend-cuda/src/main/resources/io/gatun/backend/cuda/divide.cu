// Quotients and remainders. T: the element type.

#include "binary.cuh"

// As CPython has it: the remainder is exact, so the quotient of what it leaves is an integer but for one rounding.
__device__ inline double floorDivide(double a, double b) {
    if (b == 0) {
        return a / b;
    }
    double rest = fmod(a, b);
    double quotient = (a - rest) / b;
    if (rest != 0 && (b < 0) != (rest < 0)) {
        quotient--;
    }
    if (quotient == 0) {
        return copysign(0.0, a / b);
    }
    double below = floor(quotient);
    return quotient - below > 0.5 ? below + 1 : below;
}

__device__ inline double remainderOf(double a, double b) {
    double rest = fmod(a, b);
    return rest != 0 && (b < 0) != (rest < 0) ? rest + b : rest;
}

__device__ inline float function(int kind, float a, float b) {
    switch (kind) {
        case GATUN_FLOOR_DIVIDE: return (float) floorDivide(a, b);
        case GATUN_TRUNC_DIVIDE: return truncf(a / b);
        case GATUN_FMOD: return fmodf(a, b);
        default: return (float) remainderOf(a, b);
    }
}

__device__ inline double function(int kind, double a, double b) {
    switch (kind) {
        case GATUN_FLOOR_DIVIDE: return floorDivide(a, b);
        case GATUN_TRUNC_DIVIDE: return trunc(a / b);
        case GATUN_FMOD: return fmod(a, b);
        default: return remainderOf(a, b);
    }
}

__device__ inline i64 quotientOf(i64 a, i64 b) { // towards zero; the host has refused divisors of zero
    return b == -1 ? (i64) (0 - (u64) a) : a / b;
}

__device__ inline i64 restOf(i64 a, i64 b) {
    return b == -1 ? 0 : a % b;
}

__device__ inline i64 function(int kind, i64 a, i64 b) {
    i64 rest = restOf(a, b);
    bool across = rest != 0 && (rest < 0) != (b < 0); // rounding down and towards zero differ
    switch (kind) {
        case GATUN_FLOOR_DIVIDE: return quotientOf(a, b) - across;
        case GATUN_TRUNC_DIVIDE: return quotientOf(a, b);
        case GATUN_FMOD: return rest;
        default: return across ? rest + b : rest;
    }
}

extern "C" __global__ void divide(Arguments p) {
    int kind = (int) p.kind;
    mapPairs(p.nest, [kind](Wide a, Wide b) { return function(kind, a, b); });
}

struct FirstArguments {
    u64* found; // the least row-major index of an element that is zero
    i64 first;
    Nest<2> nest; // row-major indices, operand
};

extern "C" __global__ void firstZero(FirstArguments p) {
    const T* x = (const T*) p.nest.base[1];
    for (i64 i = firstIndex(); i < p.nest.count; i += indexStep()) {
        i64 at[2];
        p.nest.at(i, at);
        if ((Wide) Element<T>::get(x[at[1]]) == 0) {
            atomicMin(p.found, (u64) (p.first + at[0]));
            return; // those that this thread has not looked at are further on
        }
    }
}
