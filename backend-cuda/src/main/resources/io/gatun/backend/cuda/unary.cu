// Functions of one operand. T: its element type. Kinds: UnaryKind's.

#include "elementwise.cuh"
#include "special.cuh"

struct Arguments {
    i64 kind;
    Nest<2> nest; // result, operand
};

__device__ inline float function(int kind, float x) {
    switch (kind) {
        case ABS: return fabsf(x);
        case NEG: return -x;
        case SIGN: return x > 0 ? 1.0f : x < 0 ? -1.0f : 0.0f;
        case SQUARE: return x * x;
        case RELU: return x > 0 || x != x ? x : 0.0f;
        case FLOOR: return floorf(x);
        case CEIL: return ceilf(x);
        case ROUND: return rintf(x);
        case TRUNC: return truncf(x);
        case EXP: return expf(x);
        case EXPM1: return expm1f(x);
        case LOG: return logf(x);
        case LOG1P: return log1pf(x);
        case LOG2: return log2f(x);
        case LOG10: return log10f(x);
        case SQRT: return sqrtf(x);
        case RSQRT: return 1 / sqrtf(x);
        case RECIPROCAL: return 1 / x;
        case SIN: return sinf(x);
        case COS: return cosf(x);
        case TAN: return tanf(x);
        case ASIN: return asinf(x);
        case ACOS: return acosf(x);
        case ATAN: return atanf(x);
        case SINH: return sinhf(x);
        case COSH: return coshf(x);
        case TANH: return tanhf(x);
        case ASINH: return asinhf(x);
        case ACOSH: return acoshf(x);
        case ATANH: return atanhf(x);
        case SIGMOID: return 1 / (1 + expf(-x));
        case ERF: return erff(x);
        case ERFC: return erfcf(x);
        case ERFINV: return (float) erfinv((double) x);
        case LGAMMA: return (float) lgamma((double) x); // the float form loses all digits near its negative roots
        case DIGAMMA: return (float) digamma((double) x);
        default: return GATUN_NAN;
    }
}

__device__ inline double function(int kind, double x) {
    switch (kind) {
        case ABS: return fabs(x);
        case NEG: return -x;
        case SIGN: return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
        case SQUARE: return x * x;
        case RELU: return x > 0 || x != x ? x : 0.0;
        case FLOOR: return floor(x);
        case CEIL: return ceil(x);
        case ROUND: return rint(x);
        case TRUNC: return trunc(x);
        case EXP: return exp(x);
        case EXPM1: return expm1(x);
        case LOG: return log(x);
        case LOG1P: return log1p(x);
        case LOG2: return log2(x);
        case LOG10: return log10(x);
        case SQRT: return sqrt(x);
        case RSQRT: return 1 / sqrt(x);
        case RECIPROCAL: return 1 / x;
        case SIN: return sin(x);
        case COS: return cos(x);
        case TAN: return tan(x);
        case ASIN: return asin(x);
        case ACOS: return acos(x);
        case ATAN: return atan(x);
        case SINH: return sinh(x);
        case COSH: return cosh(x);
        case TANH: return tanh(x);
        case ASINH: return asinh(x);
        case ACOSH: return acosh(x);
        case ATANH: return atanh(x);
        case SIGMOID: return 1 / (1 + exp(-x));
        case ERF: return erf(x);
        case ERFC: return erfc(x);
        case ERFINV: return erfinv(x);
        case LGAMMA: return lgamma(x);
        case DIGAMMA: return digamma(x);
        default: return GATUN_NAN;
    }
}

__device__ inline i64 function(int kind, i64 x) {
    switch (kind) {
        case ABS: return x < 0 ? (i64) (0 - (u64) x) : x;
        case NEG: return (i64) (0 - (u64) x);
        case SIGN: return x > 0 ? 1 : x < 0 ? -1 : 0;
        case SQUARE: return (i64) ((u64) x * (u64) x);
        case RELU: return x > 0 ? x : 0;
        case BITWISE_NOT: return ~x;
        default: return x; // the roundings
    }
}

#if INTEGRAL
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
        case LOGICAL_NOT: return x == 0;
        case ISNAN: return value != value;
        case ISINF: return value == (double) GATUN_INFINITY || value == -(double) GATUN_INFINITY;
        default: return value - value == 0; // ISFINITE
    }
}

extern "C" __global__ void predicate(Arguments p) {
    int kind = (int) p.kind;
    mapOne<T, BOOL>(p.nest, [kind](T x) { return Element<BOOL>::put(holds(kind, (Wide) Element<T>::get(x))); });
}
