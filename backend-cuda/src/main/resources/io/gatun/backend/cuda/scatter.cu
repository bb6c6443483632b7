// Elements put in, or combined with what is in, places that an index names; and those that are not zero found. T: their type;
// GATUN_INTEGRAL: whether it is of integers or bool.
//
// Along the dimension that the index is for, an operand has a step; along the others it is in a nest, whose elements are
// called lanes. Indices name the same place only within a lane.

#include "tiles.cuh"

const i64 PUT = -1; // of kinds: it replaces what is there; the others are those of binary operators

#if GATUN_INTEGRAL
typedef i64 Total;
#else
typedef double Total; // in the reference's order the sum is the reference's
#endif

__device__ inline Total total(T x) {
    return (Total) Element<T>::get(x);
}

__device__ inline T rounded(Total x) {
    return Element<T>::put((Element<T>::Wide) x);
}

__device__ inline Total combined(i64 kind, Total a, Total b) {
    switch (kind) {
        case GATUN_ADD: return a + b;
        case GATUN_MUL: return a * b;
        case GATUN_MAXIMUM: return a != a || a > b ? a : b != b || b > a ? b : a == 0 ? a + b : a; // of 0 and -0 it is 0
        default: return a != a || a < b ? a : b != b || b < a ? b : a == 0 ? -(-a - b) : a;
    }
}

struct MeetArguments {
    Nest<3> lanes; // result, index, source
    i64 length; // of the index along the dimension
    i64 outStep;
    i64 indexStep;
    i64 sourceStep;
    i64 kind;
    i64 alongFirst; // whether neighbouring threads are neighbours along the dimension
};

// For few indices: a thread for each finds by itself which others name the same place. The last of them puts its element
// there; the first combines all of theirs, in order.
extern "C" __global__ void meet(MeetArguments p) {
    i64 lanes = p.lanes.count;
    for (i64 i = firstIndex(); i < lanes * p.length; i += indexStep()) {
        i64 own = p.alongFirst ? i % p.length : i / lanes;
        i64 at[3];
        p.lanes.at(p.alongFirst ? i / p.length : i % lanes, at);
        const i64* index = (const i64*) p.lanes.base[1] + at[1];
        const T* source = (const T*) p.lanes.base[2] + at[2];
        i64 place = index[own * p.indexStep];
        T* to = (T*) p.lanes.base[0] + at[0] + place * p.outStep;
        bool mine = true;
        if (p.kind == PUT) {
            for (i64 k = own + 1; k < p.length && mine; k++) {
                mine = index[k * p.indexStep] != place;
            }
            if (mine) {
                *to = source[own * p.sourceStep];
            }
            continue;
        }
        for (i64 k = 0; k < own && mine; k++) {
            mine = index[k * p.indexStep] != place;
        }
        if (mine) {
            Total sum = combined(p.kind, total(*to), total(source[own * p.sourceStep]));
            for (i64 k = own + 1; k < p.length; k++) {
                if (index[k * p.indexStep] == place) {
                    sum = combined(p.kind, sum, total(source[k * p.sourceStep]));
                }
            }
            *to = rounded(sum);
        }
    }
}

// For many, entries that index.cu makes and sorts: the places of an index of rank 1, which all lanes share, are those of a
// lane 0.

struct RunArguments {
    Nest<3> lanes;
    i64 length;
    i64 size;
    i64 outStep;
    i64 sourceStep;
    i64 kind;
    i64 shared; // whether the entries are those of every lane
    i64 count; // of entries
    i64 numberBits;
    const u64* entries;
};

// A thread for each run of entries with one place, which begins at the run's first, or, to put, is at its last.
extern "C" __global__ void runs(RunArguments p) {
    u64 numbers = ((u64) 1 << p.numberBits) - 1;
    i64 lanes = p.lanes.count;
    for (i64 i = firstIndex(); i < (p.shared ? p.count * lanes : p.count); i += indexStep()) {
        i64 e = p.shared ? i / lanes : i;
        u64 entry = p.entries[e];
        i64 place = (i64) (entry >> p.numberBits);
        i64 neighbour = p.kind == PUT ? e + 1 : e - 1;
        if (neighbour >= 0 && neighbour < p.count && (i64) (p.entries[neighbour] >> p.numberBits) == place) {
            continue;
        }
        i64 lane = p.shared ? i - e * lanes : place / p.size;
        i64 at[3];
        p.lanes.at(lane, at);
        T* to = (T*) p.lanes.base[0] + at[0] + (p.shared ? place : place - lane * p.size) * p.outStep;
        const T* source = (const T*) p.lanes.base[2] + at[2] - (p.shared ? 0 : lane * p.length) * p.sourceStep;
        if (p.kind == PUT) {
            *to = source[(i64) (entry & numbers) * p.sourceStep];
            continue;
        }
        i64 end = e + 1; // known before the elements are read, many can be on their way at once
        while (end < p.count && (i64) (p.entries[end] >> p.numberBits) == place) {
            end++;
        }
        Total sum = total(*to);
        if (p.kind == GATUN_ADD) {
#pragma unroll 8
            for (i64 k = e; k < end; k++) {
                sum += total(source[(i64) (p.entries[k] & numbers) * p.sourceStep]);
            }
        } else {
            for (i64 k = e; k < end; k++) {
                sum = combined(p.kind, sum, total(source[(i64) (p.entries[k] & numbers) * p.sourceStep]));
            }
        }
        *to = rounded(sum);
    }
}

// ---- what is not zero

struct FoundArguments {
    const T* x; // contiguous
    i64 count;
    i64 tiles;
    u64* counts; // by tile; when they have become offsets, what is found is written
    i64* found; // row-major numbers
    i64 room;
};

__device__ inline bool isSet(T x) {
    return Element<T>::get(x) != 0;
}

extern "C" __global__ void countFound(FoundArguments p) {
    __shared__ unsigned count;
    for (i64 tile = blockIdx.x; tile < p.tiles; tile += gridDim.x) {
        if (threadIdx.x == 0) {
            count = 0;
        }
        __syncthreads();
        unsigned own = 0;
        for (int k = 0; k < ITEMS; k++) {
            i64 i = tile * TILE + k * THREADS + threadIdx.x;
            own += i < p.count && isSet(p.x[i]);
        }
        atomicAdd(&count, own);
        __syncthreads();
        if (threadIdx.x == 0) {
            p.counts[tile] = count;
        }
        __syncthreads();
    }
}

extern "C" __global__ void writeFound(FoundArguments p) {
    __shared__ u64 sums[THREADS];
    for (i64 tile = blockIdx.x; tile < p.tiles; tile += gridDim.x) {
        i64 first = tile * TILE + threadIdx.x * ITEMS;
        unsigned set = 0; // a bit each
        for (int k = 0; k < ITEMS; k++) {
            set |= (unsigned) (first + k < p.count && isSet(p.x[first + k])) << k;
        }
        u64 own = 0;
        for (int k = 0; k < ITEMS; k++) {
            own += set >> k & 1;
        }
        u64 all;
        i64 at = (i64) (p.counts[tile] + sumBefore(own, sums, &all));
        for (int k = 0; k < ITEMS; k++) {
            if ((set >> k & 1) != 0 && at < p.room) {
                p.found[at++] = first + k;
            }
        }
    }
}
