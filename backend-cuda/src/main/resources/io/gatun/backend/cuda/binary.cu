// Functions of two operands, and comparisons. T: their element type. Kinds: BinaryKind's, and CompareKind's.

#include "elementwise.cuh"
#include "special.cuh"

struct Arguments {
    i64 kind;
    Nest<3> nest; // result, operands
};

// The larger, or the smaller; what is not a number wins, and -0.0 is less than 0.0.
template <typename W> __device__ inline W largest(W a, W b) {
    return a != a ? a : b != b ? b : a > b ? a : b > a ? b : signbit(a) ? b : a;
}

template <typename W> __device__ inline W smallest(W a, W b) {
    return a != a ? a : b != b ? b : a < b ? a : b < a ? b : signbit(a) ? a : b;
}

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
        case GATUN_ADD: return a + b;
        case GATUN_SUB: return a - b;
        case GATUN_MUL: return a * b;
        case GATUN_DIV: return a / b;
        case GATUN_FLOOR_DIVIDE: return (float) floorDivide(a, b);
        case GATUN_TRUNC_DIVIDE: return truncf(a / b);
        case GATUN_FMOD: return fmodf(a, b);
        case GATUN_REMAINDER: return (float) remainderOf(a, b);
        case GATUN_POW: return (float) pow((double) a, (double) b); // its float form errs by several units
        case GATUN_ATAN2: return atan2f(a, b);
        case GATUN_COPYSIGN: return copysignf(a, b);
        case GATUN_HYPOT: return hypotf(a, b);
        case GATUN_ZETA: return (float) zeta(a, b);
        case GATUN_MAXIMUM: return largest(a, b);
        case GATUN_MINIMUM: return smallest(a, b);
        default: return GATUN_NAN;
    }
}

__device__ inline double function(int kind, double a, double b) {
    switch (kind) {
        case GATUN_ADD: return a + b;
        case GATUN_SUB: return a - b;
        case GATUN_MUL: return a * b;
        case GATUN_DIV: return a / b;
        case GATUN_FLOOR_DIVIDE: return floorDivide(a, b);
        case GATUN_TRUNC_DIVIDE: return trunc(a / b);
        case GATUN_FMOD: return fmod(a, b);
        case GATUN_REMAINDER: return remainderOf(a, b);
        case GATUN_POW: return pow(a, b);
        case GATUN_ATAN2: return atan2(a, b);
        case GATUN_COPYSIGN: return copysign(a, b);
        case GATUN_HYPOT: return hypot(a, b);
        case GATUN_ZETA: return zeta(a, b);
        case GATUN_MAXIMUM: return largest(a, b);
        case GATUN_MINIMUM: return smallest(a, b);
        default: return GATUN_NAN;
    }
}

__device__ inline i64 quotientOf(i64 a, i64 b) { // towards zero; the host has refused divisors of zero
    return b == -1 ? (i64) (0 - (u64) a) : a / b;
}

__device__ inline i64 restOf(i64 a, i64 b) {
    return b == -1 ? 0 : a % b;
}

__device__ inline i64 power(i64 a, i64 b) {
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
        i64 rest = restOf(a, b);
        a = b;
        b = rest;
    }
    return a < 0 ? (i64) (0 - (u64) a) : a;
}

__device__ inline i64 function(int kind, i64 a, i64 b) {
    switch (kind) {
        case GATUN_ADD: return (i64) ((u64) a + (u64) b);
        case GATUN_SUB: return (i64) ((u64) a - (u64) b);
        case GATUN_MUL: return (i64) ((u64) a * (u64) b);
        case GATUN_FLOOR_DIVIDE: {
            i64 rest = restOf(a, b);
            return quotientOf(a, b) - (rest != 0 && (rest < 0) != (b < 0));
        }
        case GATUN_TRUNC_DIVIDE: return quotientOf(a, b);
        case GATUN_FMOD: return restOf(a, b);
        case GATUN_REMAINDER: {
            i64 rest = restOf(a, b);
            return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
        }
        case GATUN_POW: return power(a, b);
        case GATUN_MAXIMUM: return a > b ? a : b;
        case GATUN_MINIMUM: return a < b ? a : b;
        case GATUN_BITWISE_AND: return a & b;
        case GATUN_BITWISE_OR: return a | b;
        case GATUN_BITWISE_XOR: return a ^ b;
        case GATUN_SHIFT_LEFT: return b < 0 || b > 63 ? 0 : (i64) ((u64) a << b);
        case GATUN_SHIFT_RIGHT: return a >> (b < 0 || b > 63 ? 63 : b);
        case GATUN_GCD: return divisor(a, b);
        default: return 0;
    }
}

#if GATUN_INTEGRAL
typedef i64 Wide; // bool too: 1 + 1 is true
#else
typedef Element<T>::Wide Wide;
#endif

extern "C" __global__ void binary(Arguments p) {
    int kind = (int) p.kind;
    mapTwo<T, T>(p.nest, [kind](T a, T b) {
        return Element<T>::put(
                (Element<T>::Wide) function(kind, (Wide) Element<T>::get(a), (Wide) Element<T>::get(b)));
    });
}

__device__ inline bool holds(int kind, Wide a, Wide b) {
    switch (kind) {
        case GATUN_EQ: return a == b;
        case GATUN_NE: return a != b;
        case GATUN_LT: return a < b;
        case GATUN_LE: return a <= b;
        case GATUN_GT: return a > b;
        default: return a >= b;
    }
}

extern "C" __global__ void compare(Arguments p) {
    int kind = (int) p.kind;
    mapTwo<T, BOOL>(p.nest, [kind](T a, T b) {
        return Element<BOOL>::put(holds(kind, (Wide) Element<T>::get(a), (Wide) Element<T>::get(b)));
    });
}

struct ClampArguments {
    Nest<4> nest; // result, operand, bounds
};

__device__ inline float between(float x, float low, float high) { return smallest(largest(x, low), high); }
__device__ inline double between(double x, double low, double high) { return smallest(largest(x, low), high); }
__device__ inline i64 between(i64 x, i64 low, i64 high) {
    i64 above = x > low ? x : low;
    return above < high ? above : high;
}

extern "C" __global__ void clamp(ClampArguments p) {
    mapThree<T, T>(p.nest, [](T x, T low, T high) {
        return Element<T>::put((Element<T>::Wide) between(
                (Wide) Element<T>::get(x), (Wide) Element<T>::get(low), (Wide) Element<T>::get(high)));
    });
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
