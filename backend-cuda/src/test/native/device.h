// CUDA C for g++: what a kernel source finds without including anything, when the fake NVRTC compiles it. Included first
// by its command line, and itself without any header of the standard library, as real kernels are compiled without one
// and would otherwise take for granted here what they lack there. __global__, __shared__ and __launch_bounds__ are no
// macros: kernel_source.cpp rewrites them after preprocessing.
#pragma once

#include "kernel_abi.h"

#define GATUN_EMULATOR 1

#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) __attribute__((aligned(n)))

using size_t = decltype(sizeof(0));
using ptrdiff_t = decltype(static_cast<char*>(nullptr) - static_cast<char*>(nullptr));

// ---- where a thread is

struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

static GatunState gatunState;
constexpr unsigned long long gatunBuild = GATUN_BUILD;

#define threadIdx (gatunState.thread)
#define blockIdx (gatunState.block)
#define blockDim (gatunState.blockSize)
#define gridDim (gatunState.gridSize)
constexpr int warpSize = 32;

alignas(1024) static unsigned char gatunDynamicShared[227 * 1024];

// Takes the next thread of the block that has not been started.
static inline unsigned gatunStart() {
  unsigned started = gatunState.cursor++;
  unsigned index = gatunState.backwards ? gatunState.threads - 1 - started : started;
  // Field by field: an aggregate goes through a wider load of what was just stored in parts, which stalls.
  if (gatunState.flat) {
    gatunState.thread.x = index;
  } else {
    const GatunDim& size = gatunState.blockSize;
    gatunState.thread.x = index % size.x;
    gatunState.thread.y = index / size.x % size.y;
    gatunState.thread.z = index / size.x / size.y;
  }
  return index;
}

static inline void gatunFinish(unsigned index) {
  gatunState.finished++;
  gatunState.exited[index / 32] |= 1u << index % 32;
  if (gatunState.blocked != 0) {
    gatunState.leave(index);
  }
}

// ---- waiting for other threads

// Each says where it is called, since the threads of a block must not meet in different places.
static inline void __syncthreads(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  int arrived;
  gatunState.barrier(0, &arrived, file, line);
}
static inline int __syncthreads_count(int predicate, const char* file = __builtin_FILE(),
                                      int line = __builtin_LINE()) {
  int arrived;
  return gatunState.barrier(predicate, &arrived, file, line);
}
static inline int __syncthreads_or(int predicate, const char* file = __builtin_FILE(),
                                   int line = __builtin_LINE()) {
  return __syncthreads_count(predicate, file, line) != 0;
}
static inline int __syncthreads_and(int predicate, const char* file = __builtin_FILE(),
                                    int line = __builtin_LINE()) {
  int arrived;
  int holds = gatunState.barrier(predicate, &arrived, file, line);
  return holds == arrived;
}

static inline unsigned gatunLane() {
  const GatunDim& at = gatunState.thread;
  const GatunDim& size = gatunState.blockSize;
  return ((at.z * size.y + at.y) * size.x + at.x) % 32;
}

static inline void __syncwarp(unsigned mask = 0xffffffffu) { gatunState.exchange(kGatunSyncWarp, mask, 0, 0); }
static inline unsigned __ballot_sync(unsigned mask, int predicate) {
  return static_cast<unsigned>(gatunState.exchange(kGatunBallot, mask, predicate != 0, 0));
}
static inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
static inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, !predicate) == 0; }

template <class T>
static inline unsigned long long gatunBits(T value) {
  static_assert(sizeof(T) <= 8, "a lane gives eight bytes at most");
  unsigned long long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  return bits;
}
template <class T>
static inline unsigned __match_any_sync(unsigned mask, T value) {
  return static_cast<unsigned>(gatunState.exchange(kGatunMatch, mask, gatunBits(value), 0));
}
template <class T>
static inline T gatunShuffle(unsigned mask, T value, unsigned lane) {
  unsigned long long bits = gatunState.exchange(kGatunShuffle, mask, gatunBits(value), lane);
  T result;
  __builtin_memcpy(&result, &bits, sizeof(T));
  return result;
}
template <class T>
static inline T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  unsigned w = static_cast<unsigned>(width);
  return gatunShuffle(mask, value, (gatunLane() & ~(w - 1)) | (static_cast<unsigned>(source) & (w - 1)));
}
template <class T>
static inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  unsigned lane = gatunLane();
  unsigned within = lane & (static_cast<unsigned>(width) - 1);
  return gatunShuffle(mask, value, within < delta ? lane : lane - delta);
}
template <class T>
static inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  unsigned lane = gatunLane();
  unsigned within = lane & (static_cast<unsigned>(width) - 1);
  return gatunShuffle(mask, value, within + delta >= static_cast<unsigned>(width) ? lane : lane + delta);
}
template <class T>
static inline T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32) {
  unsigned lane = gatunLane();
  unsigned source = lane ^ static_cast<unsigned>(bits);
  return gatunShuffle(mask, value, source > (lane | (static_cast<unsigned>(width) - 1)) ? lane : source);
}

static inline void __threadfence() { asm volatile("" ::: "memory"); }
static inline void __threadfence_block() { asm volatile("" ::: "memory"); }
static inline void __threadfence_system() { asm volatile("" ::: "memory"); }

// ---- memory. One thread runs at a time, so nothing need be atomic to be so.

template <class T>
static inline T __ldg(const T* address) { return *address; }
template <class T>
static inline T __ldcs(const T* address) { return *address; }
template <class T>
static inline T __ldcg(const T* address) { return *address; }
template <class T>
static inline void __stcs(T* address, T value) { *address = value; }
template <class T>
static inline void __stcg(T* address, T value) { *address = value; }

#define GATUN_ATOMIC(name, T, expression)            \
  static inline T name(T* address, T value) {        \
    T old = *address;                                \
    *address = (expression);                         \
    return old;                                      \
  }
#define GATUN_ATOMIC_INTEGERS(name, expression)      \
  GATUN_ATOMIC(name, int, expression)                \
  GATUN_ATOMIC(name, unsigned, expression)           \
  GATUN_ATOMIC(name, unsigned long long, expression)
GATUN_ATOMIC_INTEGERS(atomicAdd, old + value)
GATUN_ATOMIC(atomicAdd, float, old + value)
GATUN_ATOMIC(atomicAdd, double, old + value)
GATUN_ATOMIC(atomicSub, int, old - value)
GATUN_ATOMIC(atomicSub, unsigned, old - value)
GATUN_ATOMIC_INTEGERS(atomicMax, old > value ? old : value)
GATUN_ATOMIC(atomicMax, long long, old > value ? old : value)
GATUN_ATOMIC_INTEGERS(atomicMin, old < value ? old : value)
GATUN_ATOMIC(atomicMin, long long, old < value ? old : value)
GATUN_ATOMIC_INTEGERS(atomicExch, value)
GATUN_ATOMIC(atomicExch, float, value)
GATUN_ATOMIC_INTEGERS(atomicAnd, old & value)
GATUN_ATOMIC_INTEGERS(atomicOr, old | value)
GATUN_ATOMIC_INTEGERS(atomicXor, old ^ value)
GATUN_ATOMIC(atomicInc, unsigned, old >= value ? 0 : old + 1)
GATUN_ATOMIC(atomicDec, unsigned, old == 0 || old > value ? value : old - 1)

#define GATUN_CAS(T)                                      \
  static inline T atomicCAS(T* address, T expected, T value) { \
    T old = *address;                                     \
    if (old == expected) {                                \
      *address = value;                                   \
    }                                                     \
    return old;                                           \
  }
GATUN_CAS(int)
GATUN_CAS(unsigned)
GATUN_CAS(unsigned long long)
GATUN_CAS(unsigned short)

// ---- vectors, aligned as the hardware wants them

#define GATUN_VECTOR1(T, name, alignment)                                              \
  struct __align__(alignment) name##1 { T x; };                                        \
  static inline name##1 make_##name##1(T x) { return {x}; }
#define GATUN_VECTOR2(T, name, alignment)                                              \
  struct __align__(alignment) name##2 { T x, y; };                                     \
  static inline name##2 make_##name##2(T x, T y) { return {x, y}; }
#define GATUN_VECTOR3(T, name, alignment)                                              \
  struct name##3 { T x, y, z; };                                                       \
  static inline name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; }
#define GATUN_VECTOR4(T, name, alignment)                                              \
  struct __align__(alignment) name##4 { T x, y, z, w; };                               \
  static inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }
#define GATUN_VECTORS(T, name, a1, a2, a4) \
  GATUN_VECTOR1(T, name, a1)               \
  GATUN_VECTOR2(T, name, a2)               \
  GATUN_VECTOR3(T, name, a1)               \
  GATUN_VECTOR4(T, name, a4)
GATUN_VECTORS(signed char, char, 1, 2, 4)
GATUN_VECTORS(unsigned char, uchar, 1, 2, 4)
GATUN_VECTORS(short, short, 2, 4, 8)
GATUN_VECTORS(unsigned short, ushort, 2, 4, 8)
GATUN_VECTORS(int, int, 4, 8, 16)
GATUN_VECTOR1(unsigned, uint, 4)
GATUN_VECTOR2(unsigned, uint, 8)
static inline uint3 make_uint3(unsigned x, unsigned y, unsigned z) { return {x, y, z}; }
GATUN_VECTOR4(unsigned, uint, 16)
GATUN_VECTORS(long long, longlong, 8, 16, 16)
GATUN_VECTORS(unsigned long long, ulonglong, 8, 16, 16)
GATUN_VECTORS(float, float, 4, 8, 16)
GATUN_VECTORS(double, double, 8, 16, 16)

// ---- bits

#define GATUN_REINTERPRET(name, From, To)       \
  static inline To name(From value) {           \
    To result;                                  \
    __builtin_memcpy(&result, &value, sizeof result); \
    return result;                              \
  }
GATUN_REINTERPRET(__float_as_int, float, int)
GATUN_REINTERPRET(__float_as_uint, float, unsigned)
GATUN_REINTERPRET(__int_as_float, int, float)
GATUN_REINTERPRET(__uint_as_float, unsigned, float)
GATUN_REINTERPRET(__double_as_longlong, double, long long)
GATUN_REINTERPRET(__longlong_as_double, long long, double)

static inline int __popc(unsigned v) { return __builtin_popcount(v); }
static inline int __popcll(unsigned long long v) { return __builtin_popcountll(v); }
static inline int __clz(int v) { return v == 0 ? 32 : __builtin_clz(static_cast<unsigned>(v)); }
static inline int __clzll(long long v) { return v == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(v)); }
static inline int __ffs(int v) { return __builtin_ffs(v); }
static inline int __ffsll(long long v) { return __builtin_ffsll(v); }
static inline int __mulhi(int a, int b) { return static_cast<int>((1ll * a * b) >> 32); }
static inline unsigned __umulhi(unsigned a, unsigned b) { return static_cast<unsigned>((1ull * a * b) >> 32); }
static inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return static_cast<unsigned long long>((static_cast<unsigned __int128>(a) * b) >> 64);
}
static inline long long __mul64hi(long long a, long long b) {
  return static_cast<long long>((static_cast<__int128>(a) * b) >> 64);
}
static inline unsigned __brev(unsigned v) {
  unsigned r = 0;
  for (int i = 0; i < 32; i++) {
    r |= (v >> i & 1) << (31 - i);
  }
  return r;
}
static inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  return static_cast<unsigned>(((1ull * high << 32 | low) << (shift & 31)) >> 32);
}
static inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  return static_cast<unsigned>((1ull * high << 32 | low) >> (shift & 31));
}
static inline unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) {
  unsigned long long bytes = 1ull * b << 32 | a;
  unsigned r = 0;
  for (int i = 0; i < 4; i++) {
    r |= static_cast<unsigned>(bytes >> 8 * (selector >> 4 * i & 7) & 0xff) << 8 * i;
  }
  return r;
}

// ---- numbers

// The C library's, under the names that are also CUDA's.
#define GATUN_LIBM1(name)                                       \
  extern "C" double name(double) noexcept;                      \
  extern "C" float name##f(float) noexcept;
#define GATUN_LIBM2(name)                                       \
  extern "C" double name(double, double) noexcept;              \
  extern "C" float name##f(float, float) noexcept;
GATUN_LIBM1(sin) GATUN_LIBM1(cos) GATUN_LIBM1(tan) GATUN_LIBM1(asin) GATUN_LIBM1(acos) GATUN_LIBM1(atan)
GATUN_LIBM1(sinh) GATUN_LIBM1(cosh) GATUN_LIBM1(tanh) GATUN_LIBM1(asinh) GATUN_LIBM1(acosh) GATUN_LIBM1(atanh)
GATUN_LIBM1(exp) GATUN_LIBM1(exp2) GATUN_LIBM1(exp10) GATUN_LIBM1(expm1)
GATUN_LIBM1(log) GATUN_LIBM1(log2) GATUN_LIBM1(log10) GATUN_LIBM1(log1p) GATUN_LIBM1(logb)
GATUN_LIBM1(sqrt) GATUN_LIBM1(cbrt) GATUN_LIBM1(erf) GATUN_LIBM1(erfc) GATUN_LIBM1(lgamma) GATUN_LIBM1(tgamma)
GATUN_LIBM1(floor) GATUN_LIBM1(ceil) GATUN_LIBM1(trunc) GATUN_LIBM1(round) GATUN_LIBM1(rint) GATUN_LIBM1(nearbyint)
GATUN_LIBM1(fabs) GATUN_LIBM1(j0) GATUN_LIBM1(j1) GATUN_LIBM1(y0) GATUN_LIBM1(y1)
GATUN_LIBM2(pow) GATUN_LIBM2(atan2) GATUN_LIBM2(fmod) GATUN_LIBM2(remainder) GATUN_LIBM2(hypot)
GATUN_LIBM2(copysign) GATUN_LIBM2(nextafter) GATUN_LIBM2(fdim) GATUN_LIBM2(fmax) GATUN_LIBM2(fmin)
extern "C" double fma(double, double, double) noexcept;
extern "C" float fmaf(float, float, float) noexcept;
extern "C" double ldexp(double, int) noexcept;
extern "C" float ldexpf(float, int) noexcept;
extern "C" double scalbn(double, int) noexcept;
extern "C" float scalbnf(float, int) noexcept;
extern "C" double frexp(double, int*) noexcept;
extern "C" float frexpf(float, int*) noexcept;
extern "C" double modf(double, double*) noexcept;
extern "C" float modff(float, float*) noexcept;
extern "C" int ilogb(double) noexcept;
extern "C" int ilogbf(float) noexcept;
extern "C" void sincos(double, double*, double*) noexcept;
extern "C" void sincosf(float, float*, float*) noexcept;
extern "C" long long llrint(double) noexcept;
extern "C" long long llrintf(float) noexcept;
extern "C" long lrint(double) noexcept;
extern "C" long lrintf(float) noexcept;
extern "C" int abs(int) noexcept;
extern "C" long long llabs(long long) noexcept;
extern "C" int printf(const char*, ...);
extern "C" void* memcpy(void*, const void*, size_t) noexcept;
extern "C" void* memset(void*, int, size_t) noexcept;

// C++ overloads for float.
#define GATUN_FLOAT1(name) static inline float name(float x) { return name##f(x); }
#define GATUN_FLOAT2(name) static inline float name(float x, float y) { return name##f(x, y); }
GATUN_FLOAT1(sin) GATUN_FLOAT1(cos) GATUN_FLOAT1(tan) GATUN_FLOAT1(asin) GATUN_FLOAT1(acos) GATUN_FLOAT1(atan)
GATUN_FLOAT1(sinh) GATUN_FLOAT1(cosh) GATUN_FLOAT1(tanh) GATUN_FLOAT1(asinh) GATUN_FLOAT1(acosh) GATUN_FLOAT1(atanh)
GATUN_FLOAT1(exp) GATUN_FLOAT1(exp2) GATUN_FLOAT1(exp10) GATUN_FLOAT1(expm1)
GATUN_FLOAT1(log) GATUN_FLOAT1(log2) GATUN_FLOAT1(log10) GATUN_FLOAT1(log1p)
GATUN_FLOAT1(sqrt) GATUN_FLOAT1(cbrt) GATUN_FLOAT1(erf) GATUN_FLOAT1(erfc) GATUN_FLOAT1(lgamma) GATUN_FLOAT1(tgamma)
GATUN_FLOAT1(floor) GATUN_FLOAT1(ceil) GATUN_FLOAT1(trunc) GATUN_FLOAT1(round) GATUN_FLOAT1(rint)
GATUN_FLOAT1(nearbyint) GATUN_FLOAT1(fabs)
GATUN_FLOAT2(pow) GATUN_FLOAT2(atan2) GATUN_FLOAT2(fmod) GATUN_FLOAT2(remainder) GATUN_FLOAT2(hypot)
GATUN_FLOAT2(copysign) GATUN_FLOAT2(nextafter) GATUN_FLOAT2(fdim) GATUN_FLOAT2(fmax) GATUN_FLOAT2(fmin)
static inline float fma(float x, float y, float z) { return fmaf(x, y, z); }
static inline float ldexp(float x, int n) { return ldexpf(x, n); }
static inline float abs(float x) { return fabsf(x); }
static inline double abs(double x) { return fabs(x); }
static inline long long abs(long long x) { return x < 0 ? -x : x; }
static inline long abs(long x) { return x < 0 ? -x : x; }

template <class T>
static inline bool isnan(T x) { return __builtin_isnan(x); }
template <class T>
static inline bool isinf(T x) { return __builtin_isinf(x); }
template <class T>
static inline bool isfinite(T x) { return __builtin_isfinite(x); }
template <class T>
static inline bool signbit(T x) { return __builtin_signbit(x); }

#define GATUN_MINMAX(T)                                              \
  static inline T min(T a, T b) { return a < b ? a : b; }            \
  static inline T max(T a, T b) { return a > b ? a : b; }
GATUN_MINMAX(int)
GATUN_MINMAX(unsigned)
GATUN_MINMAX(long)
GATUN_MINMAX(unsigned long)
GATUN_MINMAX(long long)
GATUN_MINMAX(unsigned long long)
static inline float min(float a, float b) { return fminf(a, b); }
static inline float max(float a, float b) { return fmaxf(a, b); }
static inline double min(double a, double b) { return fmin(a, b); }
static inline double max(double a, double b) { return fmax(a, b); }

static inline double rsqrt(double x) { return 1 / sqrt(x); }
static inline float rsqrtf(float x) { return static_cast<float>(1 / sqrt(static_cast<double>(x))); }
static inline double rcbrt(double x) { return 1 / cbrt(x); }
static inline float rcbrtf(float x) { return static_cast<float>(1 / cbrt(static_cast<double>(x))); }

// sin(pi x) and cos(pi x): the argument is reduced exactly, by whole turns.
static inline double gatunTurn(double x) { return x - 2 * rint(x / 2); }
static inline double sinpi(double x) {
  double t = gatunTurn(x);
  double r = t > 0.5 ? 1 - t : t < -0.5 ? -1 - t : t;
  return fabs(r) <= 0.25 ? sin(r * 3.14159265358979323846)
                         : copysign(cos((0.5 - fabs(r)) * 3.14159265358979323846), r);
}
static inline double cospi(double x) {
  double t = fabs(gatunTurn(x));
  return t <= 0.25 ? cos(t * 3.14159265358979323846)
         : t < 0.75 ? sin((0.5 - t) * 3.14159265358979323846)
                    : -cos((1 - t) * 3.14159265358979323846);
}
static inline float sinpif(float x) { return static_cast<float>(sinpi(static_cast<double>(x))); }
static inline float cospif(float x) { return static_cast<float>(cospi(static_cast<double>(x))); }

// The inverse of erf. Winitzki's closed form is right to about 0.2 percent; each step of Halley's method then triples the
// number of right digits. Towards 1 the equation solved is erfc's, which keeps its digits there.
static inline double erfinv(double x) {
  double size = fabs(x);
  if (!(size < 1)) {
    return size == 1 ? copysign(__builtin_inf(), x) : __builtin_nan("");
  }
  const double a = 0.147;
  const double halfSqrtPi = 0.88622692545275801365;
  if (size < 1e-8) {
    return x * halfSqrtPi;
  }
  double l = log1p(-size * size);
  double b = 2 / (3.14159265358979323846 * a) + l / 2;
  double y = sqrt(-l / a / (sqrt(b * b - l / a) + b));
  for (int i = 0; i < 3; i++) {
    double error = size < 0.5 ? erf(y) - size : (1 - size) - erfc(y);
    double step = error * halfSqrtPi * exp(y * y);
    y -= step / (1 + y * step);
  }
  return copysign(y, x);
}
static inline float erfinvf(float x) { return static_cast<float>(erfinv(static_cast<double>(x))); }
static inline double erfcinv(double x) {
  if (x > 0.5) {
    return erfinv(1 - x);
  }
  if (!(x > 0)) {
    return x == 0 ? __builtin_inf() : __builtin_nan("");
  }
  double y = sqrt(-log(x * sqrt(-log(x) * 3.14159265358979323846 + 1)));
  for (int i = 0; i < 6; i++) {
    double step = (x - erfc(y)) * 0.88622692545275801365 * exp(y * y);
    y -= step / (1 + y * step);
  }
  return y;
}
static inline float erfcinvf(float x) { return static_cast<float>(erfcinv(static_cast<double>(x))); }
static inline double normcdf(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }
static inline float normcdff(float x) { return static_cast<float>(normcdf(static_cast<double>(x))); }
static inline double normcdfinv(double x) { return -1.41421356237309504880 * erfcinv(2 * x); }
static inline float normcdfinvf(float x) { return static_cast<float>(normcdfinv(static_cast<double>(x))); }

// Results rounded before anything else is done with them: the compiler may otherwise fuse a product into a sum, as
// NVRTC's does.
#if defined(__x86_64__)
#define GATUN_ROUNDED(value) asm("" : "+x"(value))
#else
#define GATUN_ROUNDED(value) asm("" : "+m"(value))
#endif
#define GATUN_ROUNDING(name, T, expression)  \
  static inline T name(T a, T b) {           \
    T r = (expression);                      \
    GATUN_ROUNDED(r);                        \
    return r;                                \
  }
GATUN_ROUNDING(__fadd_rn, float, a + b)
GATUN_ROUNDING(__fsub_rn, float, a - b)
GATUN_ROUNDING(__fmul_rn, float, a * b)
GATUN_ROUNDING(__fdiv_rn, float, a / b)
GATUN_ROUNDING(__dadd_rn, double, a + b)
GATUN_ROUNDING(__dsub_rn, double, a - b)
GATUN_ROUNDING(__dmul_rn, double, a * b)
GATUN_ROUNDING(__ddiv_rn, double, a / b)
static inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
static inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }
static inline float __fsqrt_rn(float a) { return sqrtf(a); }
static inline double __dsqrt_rn(double a) { return sqrt(a); }
static inline float __frcp_rn(float a) { return 1 / a; }
static inline double __drcp_rn(double a) { return 1 / a; }
static inline float __frsqrt_rn(float a) { return rsqrtf(a); }
static inline float __saturatef(float a) { return a > 0 ? (a < 1 ? a : 1) : 0; }

// The quick ones, here no less accurate than the others.
static inline float __expf(float x) { return expf(x); }
static inline float __exp10f(float x) { return exp10f(x); }
static inline float __logf(float x) { return logf(x); }
static inline float __log2f(float x) { return log2f(x); }
static inline float __log10f(float x) { return log10f(x); }
static inline float __sinf(float x) { return sinf(x); }
static inline float __cosf(float x) { return cosf(x); }
static inline float __tanf(float x) { return tanf(x); }
static inline float __powf(float x, float y) { return powf(x, y); }
static inline float __fdividef(float x, float y) { return x / y; }

// Conversions to integers: a device gives the nearest number there is, and 0 for NaN, where C++ leaves it undefined. A
// plain cast does so too on a device, but not here.
template <class To, class From>
static inline To gatunSaturate(From value, To least, To most) {
  if (value != value) {
    return 0;
  }
  return value <= static_cast<From>(least) ? least : value >= static_cast<From>(most) ? most : static_cast<To>(value);
}
#define GATUN_CONVERT(name, From, To, least, most, rz, rn, rd, ru)                                               \
  static inline To name##_rz(From x) { return gatunSaturate<To>(rz(x), least, most); }                           \
  static inline To name##_rn(From x) { return gatunSaturate<To>(rn(x), least, most); }                           \
  static inline To name##_rd(From x) { return gatunSaturate<To>(rd(x), least, most); }                           \
  static inline To name##_ru(From x) { return gatunSaturate<To>(ru(x), least, most); }
#define GATUN_CONVERTS(From, prefix, suffix)                                                                     \
  GATUN_CONVERT(prefix##2int, From, int, -2147483647 - 1, 2147483647, trunc##suffix, rint##suffix,               \
                floor##suffix, ceil##suffix)                                                                     \
  GATUN_CONVERT(prefix##2uint, From, unsigned, 0u, 4294967295u, trunc##suffix, rint##suffix, floor##suffix,      \
                ceil##suffix)                                                                                    \
  GATUN_CONVERT(prefix##2ll, From, long long, -9223372036854775807ll - 1, 9223372036854775807ll, trunc##suffix,  \
                rint##suffix, floor##suffix, ceil##suffix)                                                       \
  GATUN_CONVERT(prefix##2ull, From, unsigned long long, 0ull, 18446744073709551615ull, trunc##suffix,            \
                rint##suffix, floor##suffix, ceil##suffix)
GATUN_CONVERTS(float, __float, f)
GATUN_CONVERTS(double, __double, )
static inline float __double2float_rn(double x) { return static_cast<float>(x); }
static inline float __int2float_rn(int x) { return static_cast<float>(x); }
static inline float __uint2float_rn(unsigned x) { return static_cast<float>(x); }
static inline float __ll2float_rn(long long x) { return static_cast<float>(x); }
static inline float __ull2float_rn(unsigned long long x) { return static_cast<float>(x); }
static inline double __ll2double_rn(long long x) { return static_cast<double>(x); }
static inline double __ull2double_rn(unsigned long long x) { return static_cast<double>(x); }

static inline void __trap() { __builtin_trap(); }
#define assert(condition) ((condition) ? (void)0 : __builtin_trap())
