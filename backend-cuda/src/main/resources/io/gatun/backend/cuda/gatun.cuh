// What all kernels share: element types, conversions, and strided operands.
//
// A kernel takes one structure whose fields are all of eight bytes (Params writes them). Element types are these structures,
// so that conversions are chosen by the type: half types and bool are not numbers of the language.

#pragma once

typedef long long i64;
typedef unsigned long long u64;

struct F16 { unsigned short bits; };
struct BF16 { unsigned short bits; };
struct BOOL { unsigned char bits; };
typedef float F32;
typedef double F64;
typedef signed char I8;
typedef unsigned char U8;
typedef short I16;
typedef int I32;
typedef i64 I64;

// Macros that a source is compiled with: GATUN_TYPE, the element type that it is for, GATUN_INTEGRAL, whether that is of integers
// or bool, and for each kind of operator its number, GATUN_ADD. They have a prefix, since headers of NVRTC's own know short names.
#ifdef GATUN_TYPE
typedef GATUN_TYPE T;
#endif

#ifdef __CUDACC_RTC__
#define GATUN_INFINITY __int_as_float(0x7F800000)
#define GATUN_NAN __int_as_float(0x7FC00000)
#else
#define GATUN_INFINITY (__int_as_float(0x7F800000))
#define GATUN_NAN (__int_as_float(0x7FC00000))
#endif

// ---- half types

__device__ inline float widen(F16 x) {
#ifdef GATUN_EMULATOR
    unsigned sign = (x.bits & 0x8000u) << 16;
    unsigned exponent = x.bits >> 10 & 31;
    unsigned fraction = x.bits & 0x3FF;
    if (exponent == 31) {
        return __int_as_float(sign | 0x7F800000u | fraction << 13);
    }
    float magnitude = exponent == 0 ? fraction * 0x1p-24f : __int_as_float((exponent + 112) << 23 | fraction << 13);
    return __int_as_float(__float_as_int(magnitude) | sign);
#else
    float y;
    asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x.bits));
    return y;
#endif
}

__device__ inline float widen(BF16 x) {
    return __int_as_float((int) ((unsigned) x.bits << 16));
}

// To the nearest, ties to even; what is not a number stays one, with its payload's upper bits.
__device__ inline F16 narrowF16(float x) {
    unsigned bits = (unsigned) __float_as_int(x);
    unsigned sign = bits >> 16 & 0x8000;
    unsigned magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) {
        return F16{(unsigned short) (sign | 0x7C00 | 0x200 | (magnitude >> 13 & 0x3FF))};
    }
    if (magnitude >= 0x477FF000) { // 65520 rounds to infinity
        return F16{(unsigned short) (sign | 0x7C00)};
    }
    if (magnitude < 0x38800000) { // subnormal: an addition rounds in the right place
        float rounded = __int_as_float((int) magnitude) + 0.5f;
        return F16{(unsigned short) (sign | ((unsigned) __float_as_int(rounded) - 0x3F000000u))};
    }
    unsigned odd = magnitude >> 13 & 1;
    return F16{(unsigned short) (sign | (magnitude - 0x38000000u + 0xFFF + odd) >> 13)};
}

__device__ inline BF16 narrowBF16(float x) {
    unsigned bits = (unsigned) __float_as_int(x);
    if ((bits & 0x7FFFFFFF) > 0x7F800000) {
        return BF16{(unsigned short) (bits >> 16 | 0x40)};
    }
    return BF16{(unsigned short) ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)};
}

// ---- element types: what they are computed in (Wide), and the way there and back

template <typename T> struct Element {
    typedef T Wide;
    static const bool floating = false;
    __device__ static Wide get(T x) { return x; }
    __device__ static T put(Wide x) { return x; }
};

template <> struct Element<F32> {
    typedef float Wide;
    static const bool floating = true;
    __device__ static float get(float x) { return x; }
    __device__ static float put(float x) { return x; }
};

template <> struct Element<F64> {
    typedef double Wide;
    static const bool floating = true;
    __device__ static double get(double x) { return x; }
    __device__ static double put(double x) { return x; }
};

template <> struct Element<F16> {
    typedef float Wide;
    static const bool floating = true;
    __device__ static float get(F16 x) { return widen(x); }
    __device__ static F16 put(float x) { return narrowF16(x); }
};

template <> struct Element<BF16> {
    typedef float Wide;
    static const bool floating = true;
    __device__ static float get(BF16 x) { return widen(x); }
    __device__ static BF16 put(float x) { return narrowBF16(x); }
};

template <> struct Element<BOOL> {
    typedef bool Wide;
    static const bool floating = false;
    __device__ static bool get(BOOL x) { return x.bits != 0; }
    __device__ static BOOL put(bool x) { return BOOL{(unsigned char) (x ? 1 : 0)}; }
};

// ---- strided operands

const int LOOPS = 8; // of a nest; the host launches once for each index of further ones

// The loops that visit N operands together, the innermost first; strides in elements. Nest.java writes it.
template <int N> struct Nest {
    i64 count; // of all elements
    i64 loops;
    i64 size[LOOPS];
    i64 stride[N][LOOPS];
    void* base[N]; // of the first element of each

    // The element numbers of element `index`, relative to the bases.
    __device__ void at(i64 index, i64 offsets[N]) const {
        for (int k = 0; k < N; k++) {
            offsets[k] = 0;
        }
        i64 rest = index;
        for (int loop = 0; loop < loops; loop++) {
            i64 i = rest;
            if (loop < loops - 1) {
                rest = count <= 0x7FFFFFFF ? (i64) ((unsigned) i / (unsigned) size[loop]) : i / size[loop];
                i -= rest * size[loop];
            }
            for (int k = 0; k < N; k++) {
                offsets[k] += i * stride[k][loop];
            }
        }
    }
};

__device__ inline i64 firstIndex() {
    return (i64) blockIdx.x * blockDim.x + threadIdx.x;
}

__device__ inline i64 indexStep() {
    return (i64) gridDim.x * blockDim.x;
}
