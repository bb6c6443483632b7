// Sums, products and extremes of many elements.

#include "reduce.cuh"

const int sumKind = 0, productKind = 1, largestKind = 2, smallestKind = 3;

extern "C" __global__ void reduce(Reduction p) {
    __shared__ u64 shared[SHARED];
    switch (p.kind) {
        case sumKind: reduceAll<Sum<T>, T>(p, shared); break;
        case productKind: reduceAll<Product<T>, T>(p, shared); break;
        case largestKind: reduceAll<Extreme<T, true>, T>(p, shared); break;
        case smallestKind: reduceAll<Extreme<T, false>, T>(p, shared); break;
    }
}

extern "C" __global__ void reduceTotals(Reduction p) {
    __shared__ u64 shared[SHARED];
    switch (p.kind) {
        case sumKind: joinTotals<Sum<T>>(p, shared); break;
        case productKind: joinTotals<Product<T>>(p, shared); break;
        case largestKind: joinTotals<Extreme<T, true>>(p, shared); break;
        case smallestKind: joinTotals<Extreme<T, false>>(p, shared); break;
    }
}
