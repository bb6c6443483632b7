// Loops of element-wise kernels: over any strides, and over runs by accesses of 16 bytes.

#pragma once
#include "gatun.cuh"

// Elements that one access of 16 bytes moves, of the widest type among those concerned.
template <typename T, int COUNT> struct alignas(sizeof(T) * COUNT) Pack { T element[COUNT]; };

__device__ inline bool isAligned(const void* p, int bytes) {
    return ((u64) p & (bytes - 1)) == 0;
}

template <int A, int B> struct Largest { static const int value = A > B ? A : B; };

// f of each element: contiguous if the nest is one loop in which both walk by 1.
template <typename T, typename R, typename F> __device__ void mapOne(const Nest<2>& nest, F f) {
    R* out = (R*) nest.base[0];
    const T* x = (const T*) nest.base[1];
    if (nest.loops == 1 && nest.stride[0][0] == 1 && nest.stride[1][0] == 1) {
        const int COUNT = 16 / Largest<sizeof(T), sizeof(R)>::value;
        i64 packs = isAligned(out, sizeof(R) * COUNT) && isAligned(x, sizeof(T) * COUNT) ? nest.count / COUNT : 0;
        for (i64 i = firstIndex(); i < packs; i += indexStep()) {
            Pack<T, COUNT> from = ((const Pack<T, COUNT>*) x)[i];
            Pack<R, COUNT> to;
#pragma unroll
            for (int k = 0; k < COUNT; k++) {
                to.element[k] = f(from.element[k]);
            }
            ((Pack<R, COUNT>*) out)[i] = to;
        }
        for (i64 i = packs * COUNT + firstIndex(); i < nest.count; i += indexStep()) {
            out[i] = f(x[i]);
        }
        return;
    }
    for (i64 i = firstIndex(); i < nest.count; i += indexStep()) {
        i64 at[2];
        nest.at(i, at);
        out[at[0]] = f(x[at[1]]);
    }
}

// f of each pair of elements: by packs if the nest is one loop in which the output walks by 1 and each operand by 1 or 0.
template <typename T, typename R, typename F> __device__ void mapTwo(const Nest<3>& nest, F f) {
    R* out = (R*) nest.base[0];
    const T* a = (const T*) nest.base[1];
    const T* b = (const T*) nest.base[2];
    i64 aStep = nest.stride[1][0];
    i64 bStep = nest.stride[2][0];
    if (nest.loops == 1 && nest.stride[0][0] == 1 && (aStep | 1) == 1 && (bStep | 1) == 1) {
        const int COUNT = 16 / Largest<sizeof(T), sizeof(R)>::value;
        bool aligned = isAligned(out, sizeof(R) * COUNT) && (aStep == 0 || isAligned(a, sizeof(T) * COUNT))
                && (bStep == 0 || isAligned(b, sizeof(T) * COUNT));
        i64 packs = aligned ? nest.count / COUNT : 0;
        for (i64 i = firstIndex(); i < packs; i += indexStep()) {
            Pack<T, COUNT> x;
            Pack<T, COUNT> y;
            Pack<R, COUNT> to;
            if (aStep == 1) {
                x = ((const Pack<T, COUNT>*) a)[i];
            }
            if (bStep == 1) {
                y = ((const Pack<T, COUNT>*) b)[i];
            }
#pragma unroll
            for (int k = 0; k < COUNT; k++) {
                to.element[k] = f(aStep == 1 ? x.element[k] : a[0], bStep == 1 ? y.element[k] : b[0]);
            }
            ((Pack<R, COUNT>*) out)[i] = to;
        }
        for (i64 i = packs * COUNT + firstIndex(); i < nest.count; i += indexStep()) {
            out[i] = f(a[i * aStep], b[i * bStep]);
        }
        return;
    }
    for (i64 i = firstIndex(); i < nest.count; i += indexStep()) {
        i64 at[3];
        nest.at(i, at);
        out[at[0]] = f(a[at[1]], b[at[2]]);
    }
}

// f of each triple of elements, the first of type C.
template <typename C, typename T, typename F> __device__ void mapThree(const Nest<4>& nest, F f) {
    T* out = (T*) nest.base[0];
    const C* a = (const C*) nest.base[1];
    const T* b = (const T*) nest.base[2];
    const T* c = (const T*) nest.base[3];
    for (i64 i = firstIndex(); i < nest.count; i += indexStep()) {
        i64 at[4];
        nest.at(i, at);
        out[at[0]] = f(a[at[1]], b[at[2]], c[at[3]]);
    }
}
