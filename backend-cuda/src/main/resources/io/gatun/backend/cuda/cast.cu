// Elements converted to another type. T: the operand's. A kernel for each result's.

#include "elementwise.cuh"

struct Arguments {
    Nest<2> nest; // result, operand
};

template <typename R> struct Convert {
    __device__ static R from(float x) { return (R) (i64) x; }
    __device__ static R from(double x) { return (R) (i64) x; }
    __device__ static R from(i64 x) { return (R) x; }
};

template <> struct Convert<F32> {
    __device__ static F32 from(float x) { return x; }
    __device__ static F32 from(double x) { return (float) x; }
    __device__ static F32 from(i64 x) { return (float) x; }
};

template <> struct Convert<F64> {
    __device__ static F64 from(float x) { return x; }
    __device__ static F64 from(double x) { return x; }
    __device__ static F64 from(i64 x) { return (double) x; }
};

template <> struct Convert<F16> {
    template <typename W> __device__ static F16 from(W x) { return narrowF16((float) x); }
};

template <> struct Convert<BF16> {
    template <typename W> __device__ static BF16 from(W x) { return narrowBF16((float) x); }
};

template <> struct Convert<BOOL> {
    template <typename W> __device__ static BOOL from(W x) { return Element<BOOL>::put(x != 0); }
};

#if GATUN_INTEGRAL
typedef i64 Wide;
#else
typedef Element<T>::Wide Wide;
#endif

#define CAST(R) \
    extern "C" __global__ void to##R(Arguments p) { \
        mapOne<T, R>(p.nest, [](T x) { return Convert<R>::from((Wide) Element<T>::get(x)); }); \
    }

CAST(F16)
CAST(BF16)
CAST(F32)
CAST(F64)
CAST(I8)
CAST(U8)
CAST(I16)
CAST(I32)
CAST(I64)
CAST(BOOL)
