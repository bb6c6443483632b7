// Functions of one operand. T: its element type. Kinds: UnaryKind's.

#include "elementwise.cuh"
#include "special.cuh"

struct Arguments {
    i64 kind;
    Nest<2> nest; // result, operand
};

__device__ inline float function(int kind, float x) {
    switch (kind) {
        case GATUN_ABS: return fabsf(x);
        case GATUN_NEG: return -x;
        case GATUN_SIGN: return x > 0 ? 1.0f : x < 0 ? -1.0f : 0.0f;
        case GATUN_SQUARE: return x * x;
        case GATUN_RELU: return x > 0 || x != x ? x : 0.0f;
        case GATUN_FLOOR: return floorf(x);
        case GATUN_CEIL: return ceilf(x);
        case GATUN_ROUND: return rintf(x);
        case GATUN_TRUNC: return truncf(x);
        case GATUN_EXP: return expf(x);
        case GATUN_EXPM1: return expm1f(x);
        case GATUN_LOG: return logf(x);
        case GATUN_LOG1P: return log1pf(x);
        case GATUN_LOG2: return log2f(x);
        case GATUN_LOG10: return log10f(x);
        case GATUN_SQRT: return sqrtf(x);
        case GATUN_RSQRT: return 1 / sqrtf(x);
        case GATUN_RECIPROCAL: return 1 / x;
        case GATUN_SIN: return sinf(x);
        case GATUN_COS: return cosf(x);
        case GATUN_TAN: return tanf(x);
        case GATUN_ASIN: return asinf(x);
        case GATUN_ACOS: return acosf(x);
        case GATUN_ATAN: return atanf(x);
        case GATUN_SINH: return sinhf(x);
        case GATUN_COSH: return coshf(x);
        case GATUN_TANH: return tanhf(x);
        case GATUN_ASINH: return asinhf(x);
        case GATUN_ACOSH: return acoshf(x);
        case GATUN_ATANH: return atanhf(x);
        case GATUN_SIGMOID: return 1 / (1 + expf(-x));
        case GATUN_ERF: return erff(x);
        case GATUN_ERFC: return erfcf(x);
        case GATUN_ERFINV: return (float) erfinv((double) x);
        case GATUN_LGAMMA: return (float) lgamma((double) x); // the float form loses all digits near its negative roots
        case GATUN_DIGAMMA: return (float) digamma((double) x);
        default: return GATUN_NAN;
    }
}

__device__ inline double function(int kind, double x) {
    switch (kind) {
        case GATUN_ABS: return fabs(x);
        case GATUN_NEG: return -x;
        case GATUN_SIGN: return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
        case GATUN_SQUARE: return x * x;
        case GATUN_RELU: return x > 0 || x != x ? x : 0.0;
        case GATUN_FLOOR: return floor(x);
        case GATUN_CEIL: return ceil(x);
        case GATUN_ROUND: return rint(x);
        case GATUN_TRUNC: return trunc(x);
        case GATUN_EXP: return exp(x);
        case GATUN_EXPM1: return expm1(x);
        case GATUN_LOG: return log(x);
        case GATUN_LOG1P: return log1p(x);
        case GATUN_LOG2: return log2(x);
        case GATUN_LOG10: return log10(x);
        case GATUN_SQRT: return sqrt(x);
        case GATUN_RSQRT: return 1 / sqrt(x);
        case GATUN_RECIPROCAL: return 1 / x;
        case GATUN_SIN: return sin(x);
        case GATUN_COS: return cos(x);
        case GATUN_TAN: return tan(x);
        case GATUN_ASIN: return asin(x);
        case GATUN_ACOS: return acos(x);
        case GATUN_ATAN: return atan(x);
        case GATUN_SINH: return sinh(x);
        case GATUN_COSH: return cosh(x);
        case GATUN_TANH: return tanh(x);
        case GATUN_ASINH: return asinh(x);
        case GATUN_ACOSH: return acosh(x);
        case GATUN_ATANH: return atanh(x);
        case GATUN_SIGMOID: return 1 / (1 + exp(-x));
        case GATUN_ERF: return erf(x);
        case GATUN_ERFC: return erfc(x);
        case GATUN_ERFINV: return erfinv(x);
        case GATUN_LGAMMA: return lgamma(x);
        case GATUN_DIGAMMA: return digamma(x);
        default: return GATUN_NAN;
    }
}

__device__ inline i64 function(int kind, i64 x) {
    switch (kind) {
        case GATUN_ABS: return x < 0 ? (i64) (0 - (u64) x) : x;
        case GATUN_NEG: return (i64) (0 - (u64) x);
        case GATUN_SIGN: return x > 0 ? 1 : x < 0 ? -1 : 0;
        case GATUN_SQUARE: return (i64) ((u64) x * (u64) x);
        case GATUN_RELU: return x > 0 ? x : 0;
        case GATUN_BITWISE_NOT: return ~x;
        default: return x; // the roundings
    }
}

#if GATUN_INTEGRAL
typedef i64 Wide;
#else
typedef Element<T>::Wide Wide;
#endif

extern "C" __global__ void unary(Arguments p) {
    int kind = (int) p.kind;
    mapOne<T, T>(p.nest, [kind](T x) {
        return Element<T>::put((Element<T>::Wide) function(kind, (Wide) Element<T>::get(x)));
    });
}

__device__ inline bool holds(int kind, Wide x) {
    double value = (double) x; // keeps zero, infinity and NaN what they are
    switch (kind) {
        case GATUN_LOGICAL_NOT: return x == 0;
        case GATUN_ISNAN: return value != value;
        case GATUN_ISINF: return value == (double) GATUN_INFINITY || value == -(double) GATUN_INFINITY;
        default: return value - value == 0; // ISFINITE
    }
}

extern "C" __global__ void predicate(Arguments p) {
    int kind = (int) p.kind;
    mapOne<T, BOOL>(p.nest, [kind](T x) { return Element<BOOL>::put(holds(kind, (Wide) Element<T>::get(x))); });
}
