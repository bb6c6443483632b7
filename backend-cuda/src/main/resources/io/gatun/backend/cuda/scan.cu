// Running sums, products and places of extremes along rows.
//
// Many columns: a thread each. Else a block goes along a row in chunks: its threads take consecutive elements, the warps and
// then the block join what they have, and what all came to is carried into the next chunk. Long rows, where there are few, are
// cut into parts of a fixed length: a first launch finds what each part comes to, and each part of the second begins with
// those before it. What is read of a chunk is read before any of it is written, so the result may lie in the operand's place.

#include "rows.cuh"

struct Scan {
    i64 kind;
    i64 length; // of a row
    i64 parts;
    i64 partLength; // the row's, or a multiple of a chunk
    i64 stride; // of the operand, along a row
    i64 resultStride;
    void* totals; // [row][part]; null with one part
    Nest<2> kept; // operand, result: the first element of each row
};

const int sumKind = 0, productKind = 1, largestKind = 2, smallestKind = 3;

const int EACH = 4; // consecutive elements of a thread
const int SHARED = 2 * 256 * EACH; // words: two for each element of a chunk
const int WARPS = 8;

template <typename E> struct RunningSum : Sum<E, double> {
    __device__ static typename Sum<E, double>::Kept none() { return (typename Sum<E, double>::Kept) -0.0; }
};

// What `total` comes to over the block, in each thread; `before`: of the threads below, beginning with `carry`.
template <typename Op>
__device__ void joinThreads(typename Op::Kept total, typename Op::Kept& carry, typename Op::Kept& before, u64* memory) {
    typedef typename Op::Kept Kept;
    Kept* warps = (Kept*) memory;
    int lane = (int) threadIdx.x % 32;
    int warp = (int) threadIdx.x / 32;
    for (int by = 1; by < 32; by *= 2) {
        Kept below = fromBelow(total, by);
        total = lane < by ? total : Op::join(below, total);
    }
    Kept below = fromBelow(total, 1);
    if (lane == 31) {
        warps[warp] = total;
    }
    __syncthreads();
    before = carry;
    int count = (int) blockDim.x / 32;
    for (int w = 0; w < count; w++) {
        carry = Op::join(carry, warps[w]);
        before = w < warp ? carry : before;
    }
    before = lane == 0 ? before : Op::join(before, below);
    __syncthreads();
}

template <typename Op, typename E> __device__ void scanColumns(const Scan& p) {
    for (i64 row = firstIndex(); row < p.kept.count; row += indexStep()) {
        i64 at[2];
        p.kept.at(row, at);
        const E* x = (const E*) p.kept.base[0] + at[0];
        typename Op::Result* out = (typename Op::Result*) p.kept.base[1] + at[1];
        typename Op::Kept total = Op::none();
#pragma unroll 4
        for (i64 i = 0; i < p.length; i++) {
            total = Op::join(total, Op::of(x[i * p.stride], i));
            out[i * p.resultStride] = Op::result(total, -1);
        }
    }
}

// What each part comes to.
template <typename Op, typename E> __device__ void totalParts(const Scan& p, u64* memory) {
    typedef typename Op::Kept Kept;
    for (i64 task = blockIdx.x; task < p.kept.count * p.parts; task += gridDim.x) {
        i64 row = task / p.parts;
        i64 from = (task - row * p.parts) * p.partLength;
        i64 to = from + p.partLength < p.length ? from + p.partLength : p.length;
        i64 at[2];
        p.kept.at(row, at);
        const E* x = (const E*) p.kept.base[0] + at[0];
        Kept total = Op::none();
#pragma unroll 4
        for (i64 i = from + threadIdx.x; i < to; i += blockDim.x) {
            total = Op::join(total, Op::of(x[i * p.stride], i));
        }
        Kept all = Op::none();
        Kept before;
        joinThreads<Op>(total, all, before, memory);
        if (threadIdx.x == 0) {
            ((Kept*) p.totals)[task] = all;
        }
    }
}

template <typename Op, typename E> __device__ void scanParts(const Scan& p, u64* shared, u64* memory) {
    typedef typename Op::Kept Kept;
    Kept* chunk = (Kept*) shared;
    int thread = (int) threadIdx.x;
    int threads = (int) blockDim.x;
    for (i64 task = blockIdx.x; task < p.kept.count * p.parts; task += gridDim.x) {
        i64 row = task / p.parts;
        i64 part = task - row * p.parts;
        i64 from = part * p.partLength;
        i64 to = from + p.partLength < p.length ? from + p.partLength : p.length;
        i64 at[2];
        p.kept.at(row, at);
        const E* x = (const E*) p.kept.base[0] + at[0];
        typename Op::Result* out = (typename Op::Result*) p.kept.base[1] + at[1];
        Kept carry = Op::none();
        Kept before;
        if (part > 0) {
            Kept total = Op::none();
            for (i64 i = thread; i < part; i += threads) {
                total = Op::join(total, ((const Kept*) p.totals)[row * p.parts + i]);
            }
            joinThreads<Op>(total, carry, before, memory);
        }
        for (i64 start = from; start < to; start += EACH * threads) {
            for (int k = 0; k < EACH; k++) {
                i64 i = start + k * threads + thread;
                chunk[k * threads + thread] = i < to ? Op::of(x[i * p.stride], i) : Op::none();
            }
            __syncthreads();
            Kept mine[EACH];
            mine[0] = chunk[thread * EACH];
            for (int k = 1; k < EACH; k++) {
                mine[k] = Op::join(mine[k - 1], chunk[thread * EACH + k]);
            }
            joinThreads<Op>(mine[EACH - 1], carry, before, memory);
            for (int k = 0; k < EACH; k++) {
                chunk[thread * EACH + k] = Op::join(before, mine[k]);
            }
            __syncthreads();
            for (int k = 0; k < EACH; k++) {
                i64 i = start + k * threads + thread;
                if (i < to) {
                    out[i * p.resultStride] = Op::result(chunk[k * threads + thread], -1);
                }
            }
            __syncthreads();
        }
    }
}

#define OF_EACH_KIND(DO) \
    switch (p.kind) { \
        case sumKind: { \
            typedef RunningSum<T> Op; \
            DO; \
            break; \
        } \
        case productKind: { \
            typedef Product<T> Op; \
            DO; \
            break; \
        } \
        case largestKind: { \
            typedef PlaceOf<T, true, true> Op; \
            DO; \
            break; \
        } \
        case smallestKind: { \
            typedef PlaceOf<T, false, true> Op; \
            DO; \
            break; \
        } \
    }

extern "C" __global__ void columns(Scan p) {
    OF_EACH_KIND((scanColumns<Op, T>(p)))
}

extern "C" __global__ void totals(Scan p) {
    __shared__ u64 memory[2 * WARPS];
    OF_EACH_KIND((totalParts<Op, T>(p, memory)))
}

extern "C" __global__ void rows(Scan p) {
    __shared__ u64 shared[SHARED];
    __shared__ u64 memory[2 * WARPS];
    OF_EACH_KIND((scanParts<Op, T>(p, shared, memory)))
}
