// Where the largest or the smallest of many elements is.

#include "reduce.cuh"

extern "C" __global__ void place(Reduction p) {
    __shared__ u64 shared[SHARED];
    if (p.kind) {
        reduceAll<PlaceOf<T, true, false>, T>(p, shared);
    } else {
        reduceAll<PlaceOf<T, false, false>, T>(p, shared);
    }
}

extern "C" __global__ void placeTotals(Reduction p) {
    __shared__ u64 shared[SHARED];
    if (p.kind) {
        joinTotals<PlaceOf<T, true, false>>(p, shared);
    } else {
        joinTotals<PlaceOf<T, false, false>>(p, shared);
    }
}
