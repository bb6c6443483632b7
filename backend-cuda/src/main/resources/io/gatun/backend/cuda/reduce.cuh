// Many elements to one, whatever is kept of them.
//
// A block has `lanes` threads for each output, which go along its row together: side by side where a row's elements lie
// side by side, and across, neighbouring threads with neighbouring outputs, where those do. Each thread keeps short runs,
// which it joins; then a tree joins what the lanes have. Long rows of few outputs are cut into parts of a fixed length, whose
// totals a second launch joins. So the order depends on sizes and strides, never on the grid.

#pragma once

#include "rows.cuh"

struct Reduction {
    i64 kind; // of a place whether it is the largest's
    i64 divisor; // of a mean; negative for no mean
    i64 lanes; // a power of two
    i64 across;
    i64 packed; // whether every row begins at 16 bytes and is contiguous
    i64 parts;
    i64 length; // of a part: the row's, or a multiple of 16
    void* totals; // [output][part]; null with one part
    Nest<2> kept; // operand, result
    Nest<1> reduced; // operand
};

const int SHARED = 512; // words: two for each thread

// Elements `from`, `from + step` and so on below `to`: AHEAD runs of sixteen, again and again, so that no sum is long.
template <typename Op, int AHEAD, typename Load>
__device__ typename Op::Kept along(i64 from, i64 to, i64 step, Load load) {
    typename Op::Kept total = Op::none();
    i64 i = from;
    while (i < to) {
        typename Op::Kept run[AHEAD];
        for (int k = 0; k < AHEAD; k++) {
            run[k] = Op::none();
        }
#pragma unroll 1
        for (int round = 0; round < 16 && i + (AHEAD - 1) * step < to; round++) {
#pragma unroll
            for (int k = 0; k < AHEAD; k++) {
                run[k] = Op::join(run[k], load(i + k * step));
            }
            i += AHEAD * step;
        }
        if (i + (AHEAD - 1) * step >= to) {
#pragma unroll 1
            for (; i < to; i += step) {
                run[0] = Op::join(run[0], load(i));
            }
        }
#pragma unroll
        for (int gap = 1; gap < AHEAD; gap *= 2) {
#pragma unroll
            for (int k = 0; k + gap < AHEAD; k += 2 * gap) {
                run[k] = Op::join(run[k], run[k + gap]);
            }
        }
        total = Op::join(total, run[0]);
    }
    return total;
}

const int PACK_BYTES = 16;

template <typename E> struct alignas(PACK_BYTES) Pack {
    static const int SIZE = PACK_BYTES / sizeof(E);
    E x[SIZE];

    template <typename Op> __device__ typename Op::Kept total(i64 index) const {
        typename Op::Kept kept[SIZE];
#pragma unroll
        for (int k = 0; k < SIZE; k++) {
            kept[k] = Op::of(x[k], index + k);
        }
#pragma unroll
        for (int gap = 1; gap < SIZE; gap *= 2) {
#pragma unroll
            for (int k = 0; k + gap < SIZE; k += 2 * gap) {
                kept[k] = Op::join(kept[k], kept[k + gap]);
            }
        }
        return kept[0];
    }
};

// What one lane makes of elements `from` to `to` of the row at `x`.
template <typename Op, typename E>
__device__ typename Op::Kept lanePart(const Reduction& p, const E* x, i64 from, i64 to, int lane) {
    if (p.packed) {
        const int size = Pack<E>::SIZE;
        const Pack<E>* packs = (const Pack<E>*) x;
        i64 whole = to / size;
        auto packed = along<Op, 4>(from / size + lane, whole, p.lanes,
                [&](i64 i) { return packs[i].template total<Op>(i * size); });
        auto rest = along<Op, 1>(whole * size + lane, to, p.lanes, [&](i64 i) { return Op::of(x[i], i); });
        return Op::join(packed, rest);
    }
    if (p.reduced.loops == 1) {
        i64 stride = p.reduced.stride[0][0];
        return along<Op, 4>(from + lane, to, p.lanes, [&](i64 i) { return Op::of(x[i * stride], i); });
    }
    return along<Op, 1>(from + lane, to, p.lanes, [&](i64 i) {
        i64 at[1];
        p.reduced.at(i, at);
        return Op::of(x[at[0]], i);
    });
}

// What all lanes of an output have, in its lane 0.
template <typename Op>
__device__ typename Op::Kept joinLanes(const Reduction& p, typename Op::Kept total, int lane, typename Op::Kept* shared) {
    int lanes = (int) p.lanes;
    int thread = (int) threadIdx.x;
    if (lanes == 1) {
        return total;
    }
    if (p.across) {
        int width = (int) blockDim.x / lanes;
        shared[thread] = total;
        for (int by = lanes / 2; by > 0; by /= 2) {
            __syncthreads();
            if (lane < by) {
                total = Op::join(total, shared[thread + by * width]);
                shared[thread] = total;
            }
        }
        __syncthreads();
        return total;
    }
    int near = lanes < 32 ? lanes : 32;
    for (int by = near / 2; by > 0; by /= 2) {
        total = Op::join(total, fromAbove(total, by, near));
    }
    if (lanes > 32) {
        if (thread % 32 == 0) {
            shared[thread / 32] = total;
        }
        __syncthreads();
        if (lane == 0) {
            for (int warp = 1; warp < lanes / 32; warp++) {
                total = Op::join(total, shared[thread / 32 + warp]);
            }
        }
        __syncthreads();
    }
    return total;
}

template <typename Op> __device__ void store(const Reduction& p, i64 at, typename Op::Kept total) {
    ((typename Op::Result*) p.kept.base[1])[at] = Op::result(total, p.divisor);
}

template <typename Op, typename E> __device__ void reduceAll(const Reduction& p, u64* memory) {
    typedef typename Op::Kept Kept;
    int width = (int) (blockDim.x / p.lanes);
    int lane = (int) (p.across ? threadIdx.x / width : threadIdx.x % p.lanes);
    int column = (int) (p.across ? threadIdx.x % width : threadIdx.x / p.lanes);
    i64 groups = (p.kept.count + width - 1) / width;
    for (i64 task = blockIdx.x; task < groups * p.parts; task += gridDim.x) {
        i64 part = task / groups;
        i64 output = (task - part * groups) * width + column;
        i64 at[2];
        Kept total = Op::none();
        if (output < p.kept.count) {
            p.kept.at(output, at);
            i64 from = part * p.length;
            i64 to = from + p.length < p.reduced.count ? from + p.length : p.reduced.count;
            total = lanePart<Op>(p, (const E*) p.kept.base[0] + at[0], from, to, lane);
        }
        total = joinLanes<Op>(p, total, lane, (Kept*) memory);
        if (lane == 0 && output < p.kept.count) {
            if (p.parts > 1) {
                ((Kept*) p.totals)[output * p.parts + part] = total;
            } else {
                store<Op>(p, at[1], total);
            }
        }
    }
}

// The second launch: rows of totals.
template <typename Op> __device__ void joinTotals(const Reduction& p, u64* memory) {
    typedef typename Op::Kept Kept;
    const Kept* totals = (const Kept*) p.totals;
    int width = (int) (blockDim.x / p.lanes);
    int lane = (int) (threadIdx.x % p.lanes);
    i64 groups = (p.kept.count + width - 1) / width;
    for (i64 group = blockIdx.x; group < groups; group += gridDim.x) {
        i64 output = group * width + threadIdx.x / p.lanes;
        Kept total = Op::none();
        if (output < p.kept.count) {
            const Kept* row = totals + output * p.parts;
            total = along<Op, 1>(lane, p.parts, p.lanes, [&](i64 i) { return row[i]; });
        }
        total = joinLanes<Op>(p, total, lane, (Kept*) memory);
        if (lane == 0 && output < p.kept.count) {
            i64 at[2];
            p.kept.at(output, at);
            store<Op>(p, at[1], total);
        }
    }
}
