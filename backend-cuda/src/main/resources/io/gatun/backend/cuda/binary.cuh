// Functions of two operands: what their sources share. Kinds: BinaryKind's, and CompareKind's.

#pragma once
#include "elementwise.cuh"

struct Arguments {
    i64 kind;
    Nest<3> nest; // result, operands
};

#if GATUN_INTEGRAL
typedef i64 Wide; // bool too: 1 + 1 is true
#else
typedef Element<T>::Wide Wide;
#endif

// f of each pair of elements, as numbers to compute with.
template <typename F> __device__ void mapPairs(const Nest<3>& nest, F f) {
    mapTwo<T, T>(nest, [f](T a, T b) {
        return Element<T>::put((Element<T>::Wide) f((Wide) Element<T>::get(a), (Wide) Element<T>::get(b)));
    });
}
