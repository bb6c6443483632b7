// Arithmetic of two operands, comparisons, bounds. T: their element type.

#include "binary.cuh"

// The larger, or the smaller; what is not a number wins, and -0.0 is less than 0.0.
template <typename W> __device__ inline W largest(W a, W b) {
    return a != a ? a : b != b ? b : a > b ? a : b > a ? b : signbit(a) ? b : a;
}

template <typename W> __device__ inline W smallest(W a, W b) {
    return a != a ? a : b != b ? b : a < b ? a : b < a ? b : signbit(a) ? a : b;
}

template <typename W> __device__ inline W function(int kind, W a, W b) {
    switch (kind) {
        case GATUN_ADD: return a + b;
        case GATUN_SUB: return a - b;
        case GATUN_MUL: return a * b;
        case GATUN_DIV: return a / b;
        case GATUN_COPYSIGN: return copysign(a, b);
        case GATUN_MAXIMUM: return largest(a, b);
        case GATUN_MINIMUM: return smallest(a, b);
        default: return GATUN_NAN;
    }
}

__device__ inline i64 function(int kind, i64 a, i64 b) {
    switch (kind) {
        case GATUN_ADD: return (i64) ((u64) a + (u64) b);
        case GATUN_SUB: return (i64) ((u64) a - (u64) b);
        case GATUN_MUL: return (i64) ((u64) a * (u64) b);
        case GATUN_MAXIMUM: return a > b ? a : b;
        case GATUN_MINIMUM: return a < b ? a : b;
        case GATUN_BITWISE_AND: return a & b;
        case GATUN_BITWISE_OR: return a | b;
        case GATUN_BITWISE_XOR: return a ^ b;
        case GATUN_SHIFT_LEFT: return b < 0 || b > 63 ? 0 : (i64) ((u64) a << b);
        case GATUN_SHIFT_RIGHT: return a >> (b < 0 || b > 63 ? 63 : b);
        default: return 0;
    }
}

extern "C" __global__ void binary(Arguments p) {
    int kind = (int) p.kind;
    mapPairs(p.nest, [kind](Wide a, Wide b) { return function(kind, a, b); });
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
