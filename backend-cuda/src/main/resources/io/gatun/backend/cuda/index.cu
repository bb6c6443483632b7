// What an index says whatever the elements' type: elements picked by their size, the first index out of range, the order of
// the places that indices name, and row-major numbers as indices.

#include "tiles.cuh"

struct alignas(16) WORDS { u64 low, high; };

struct PickArguments {
    Nest<3> nest; // result, index, operand standing still along the dimension
    i64 step; // of the operand along the dimension
};

template <typename E> __device__ void pick(const PickArguments& p) {
    E* out = (E*) p.nest.base[0];
    const i64* index = (const i64*) p.nest.base[1];
    const E* x = (const E*) p.nest.base[2];
    for (i64 i = firstIndex(); i < p.nest.count; i += indexStep()) {
        i64 at[3];
        p.nest.at(i, at);
        out[at[0]] = x[at[2] + index[at[1]] * p.step];
    }
}

extern "C" __global__ void pick1(PickArguments p) { pick<U8>(p); }
extern "C" __global__ void pick2(PickArguments p) { pick<I16>(p); }
extern "C" __global__ void pick4(PickArguments p) { pick<I32>(p); }
extern "C" __global__ void pick8(PickArguments p) { pick<I64>(p); }
extern "C" __global__ void pick16(PickArguments p) { pick<WORDS>(p); }

// Whether an index is in range: from 0 to bound - 1, or spared, unless nothing is in range.
__device__ inline bool isIn(i64 index, i64 bound, i64 spared) {
    return (u64) index < (u64) bound || (index == spared && bound > 0);
}

struct OutsideArguments {
    u64* found; // the least row-major number of an index that is out of range
    i64 first;
    i64 bound;
    i64 spared;
    Nest<2> nest; // row-major numbers, index
};

extern "C" __global__ void outside(OutsideArguments p) {
    const i64* index = (const i64*) p.nest.base[1];
    for (i64 i = firstIndex(); i < p.nest.count; i += indexStep()) {
        i64 at[2];
        p.nest.at(i, at);
        if (!isIn(index[at[1]], p.bound, p.spared)) {
            atomicMin(p.found, (u64) (p.first + at[0]));
            return; // those that this thread has not looked at are further on
        }
    }
}

struct InsideArguments {
    u64* found; // as above
    i64 first;
    i64 bound;
    i64 spared;
    Nest<3> nest; // row-major numbers, index, result
};

// The index with 0 for what is out of range.
extern "C" __global__ void inside(InsideArguments p) {
    const i64* index = (const i64*) p.nest.base[1];
    i64* out = (i64*) p.nest.base[2];
    for (i64 i = firstIndex(); i < p.nest.count; i += indexStep()) {
        i64 at[3];
        p.nest.at(i, at);
        i64 place = index[at[1]];
        bool isInside = isIn(place, p.bound, p.spared);
        out[at[2]] = isInside ? place : 0;
        if (!isInside) {
            atomicMin(p.found, (u64) (p.first + at[0]));
        }
    }
}

// ---- the order of places

// An entry is a place (lane * size of the dimension + index) above the number of the index (lane * length + position along the
// dimension). Lanes are what differs along other dimensions than the one that the index is for.
struct EntryArguments {
    Nest<3> lanes;
    i64 length;
    i64 size; // of the dimension in the result
    i64 indexStep;
    i64 numberBits;
    u64* entries;
    i64 count;
};

extern "C" __global__ void entries(EntryArguments p) {
    for (i64 i = firstIndex(); i < p.count; i += indexStep()) {
        i64 lane = i / p.length;
        i64 at[3];
        p.lanes.at(lane, at);
        i64 place = ((const i64*) p.lanes.base[1])[at[1] + (i - lane * p.length) * p.indexStep];
        p.entries[i] = (u64) (lane * p.size + place) << p.numberBits | (u64) i;
    }
}

const int DIGITS = 16;

struct OffsetArguments {
    u64* counts;
    i64 count;
};

// Counts become the sums of those before them. One block.
extern "C" __global__ void offsets(OffsetArguments p) {
    __shared__ u64 sums[THREADS];
    u64 before = 0;
    for (i64 first = 0; first < p.count; first += TILE) {
        i64 at = first + threadIdx.x * ITEMS;
        u64 own = 0;
        for (int k = 0; k < ITEMS; k++) {
            own += at + k < p.count ? p.counts[at + k] : 0;
        }
        u64 all;
        u64 running = before + sumBefore(own, sums, &all);
        for (int k = 0; k < ITEMS && at + k < p.count; k++) {
            u64 count = p.counts[at + k];
            p.counts[at + k] = running;
            running += count;
        }
        before += all;
    }
}

struct DigitArguments {
    const u64* from;
    u64* to;
    i64 count;
    i64 shift; // of the digit
    i64 tiles;
    u64* counts; // by digit, then by tile
};

// How many entries of each tile have each digit.
extern "C" __global__ void countDigits(DigitArguments p) {
    __shared__ unsigned counts[DIGITS];
    for (i64 tile = blockIdx.x; tile < p.tiles; tile += gridDim.x) {
        if (threadIdx.x < DIGITS) {
            counts[threadIdx.x] = 0;
        }
        __syncthreads();
        for (int k = 0; k < ITEMS; k++) {
            i64 i = tile * TILE + k * THREADS + threadIdx.x;
            if (i < p.count) {
                atomicAdd(&counts[p.from[i] >> p.shift & (DIGITS - 1)], 1u);
            }
        }
        __syncthreads();
        if (threadIdx.x < DIGITS) {
            p.counts[threadIdx.x * p.tiles + tile] = counts[threadIdx.x];
        }
        __syncthreads();
    }
}

// Entries in the order of a digit, those that share it as they were; `counts` are offsets by now.
extern "C" __global__ void sortDigits(DigitArguments p) {
    __shared__ unsigned ranks[DIGITS * THREADS]; // by digit, then by thread: of a thread's next entry with the digit
    __shared__ unsigned firsts[DIGITS];
    __shared__ u64 sums[THREADS];
    for (i64 tile = blockIdx.x; tile < p.tiles; tile += gridDim.x) {
        i64 first = tile * TILE + threadIdx.x * ITEMS;
        u64 items[ITEMS];
        for (int digit = 0; digit < DIGITS; digit++) {
            ranks[digit * THREADS + threadIdx.x] = 0;
        }
        for (int k = 0; k < ITEMS; k++) {
            if (first + k < p.count) {
                items[k] = p.from[first + k];
                ranks[(items[k] >> p.shift & (DIGITS - 1)) * THREADS + threadIdx.x]++;
            }
        }
        __syncthreads();
        unsigned own = 0;
        for (int k = 0; k < DIGITS; k++) {
            own += ranks[threadIdx.x * DIGITS + k];
        }
        u64 all;
        unsigned running = (unsigned) sumBefore(own, sums, &all);
        for (int k = 0; k < DIGITS; k++) {
            unsigned count = ranks[threadIdx.x * DIGITS + k];
            ranks[threadIdx.x * DIGITS + k] = running;
            running += count;
        }
        __syncthreads();
        if (threadIdx.x < DIGITS) {
            firsts[threadIdx.x] = ranks[threadIdx.x * THREADS];
        }
        __syncthreads();
        for (int k = 0; k < ITEMS; k++) {
            if (first + k < p.count) {
                unsigned digit = items[k] >> p.shift & (DIGITS - 1);
                unsigned rank = ranks[digit * THREADS + threadIdx.x]++ - firsts[digit];
                p.to[p.counts[digit * p.tiles + tile] + rank] = items[k];
            }
        }
        __syncthreads();
    }
}

// ---- row-major numbers as indices

struct PositionArguments {
    const i64* found;
    i64 count;
    i64* out;
    i64 rowStep;
    i64 columnStep;
    i64 columns;
    i64 divisor; // the number of elements for one index of the last of these dimensions
    i64 size[LOOPS]; // of dimensions, the last first
};

// The indices along some neighbouring dimensions, of which `out` is at the last.
extern "C" __global__ void positions(const __grid_constant__ PositionArguments p) { // else each thread would copy its sizes
    for (i64 i = firstIndex(); i < p.count; i += indexStep()) {
        i64 rest = p.found[i] / p.divisor;
        for (int column = 0; column < p.columns; column++) {
            i64 next = rest / p.size[column];
            p.out[i * p.rowStep - column * p.columnStep] = rest - next * p.size[column];
            rest = next;
        }
    }
}
