// Tiles: the elements that one block of threads handles in their order.

#pragma once
#include "gatun.cuh"

const int THREADS = 256;
const int ITEMS = 8; // of a thread, neighbours
const int TILE = THREADS * ITEMS;

// The sum of the values of the block's threads before this one; `sum` is that of all. To be called by all of them.
__device__ inline u64 sumBefore(u64 value, u64* sums, u64* sum) {
    sums[threadIdx.x] = value;
    __syncthreads();
    for (int distance = 1; distance < THREADS; distance *= 2) {
        u64 before = threadIdx.x >= distance ? sums[threadIdx.x - distance] : 0;
        __syncthreads();
        sums[threadIdx.x] += before;
        __syncthreads();
    }
    u64 result = sums[threadIdx.x] - value;
    *sum = sums[THREADS - 1];
    __syncthreads();
    return result;
}
