// Products of matrices of integers, which cuBLAS lacks. T: the element type; sums wrap around.

#include "gatun.cuh"

const int TILE = 16;

struct Arguments {
    T* out; // (batches, m, n), contiguous
    const T* a; // (batches, m, k), contiguous
    const T* b; // (batches, k, n), contiguous
    i64 m;
    i64 k;
    i64 n;
    i64 rowTiles;
    i64 columnTiles;
};

// A block of TILE * TILE threads computes a tile of the output, from tiles of the operands in shared memory.
extern "C" __global__ void integers(Arguments p) {
    __shared__ u64 left[TILE][TILE];
    __shared__ u64 right[TILE][TILE];
    int x = threadIdx.x % TILE;
    int y = threadIdx.x / TILE;
    i64 tile = blockIdx.x;
    i64 column = tile % p.columnTiles * TILE + x;
    i64 row = tile / p.columnTiles % p.rowTiles * TILE + y;
    i64 batch = tile / p.columnTiles / p.rowTiles;
    const T* a = p.a + batch * p.m * p.k;
    const T* b = p.b + batch * p.k * p.n;
    u64 sum = 0;
    for (i64 from = 0; from < p.k; from += TILE) {
        left[y][x] = row < p.m && from + x < p.k ? (u64) a[row * p.k + from + x] : 0;
        right[y][x] = column < p.n && from + y < p.k ? (u64) b[(from + y) * p.n + column] : 0;
        __syncthreads();
        for (int i = 0; i < TILE; i++) {
            sum += left[y][i] * right[i][x];
        }
        __syncthreads();
    }
    if (row < p.m && column < p.n) {
        p.out[(batch * p.m + row) * p.n + column] = (T) sum;
    }
}
