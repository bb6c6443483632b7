// Rows that teams of threads go along: sums of a kind over each row, and then results of its elements.
//
// A team goes along a row in tiles. A thread has several units of a tile, `lanes` units from one to the next: packs of 16
// bytes where rows lie one element after the other, else single elements. A row of one tile stays in registers between its
// sums and its results; a longer one is read twice. Where rows are few and long, they are cut into parts of whole tiles: a
// first launch leaves what each part comes to, which a second one joins. So the order of additions depends on sizes and
// strides, never on the grid.
//
// Neighbouring threads are of one row, or where rows lie side by side (`across`) of neighbouring ones. A row's elements lie along
// one loop, or two, which is what the samples and elements of a channel are.
//
// T: the element type. Rows of halves are computed in float.

#pragma once
#include "elementwise.cuh"

typedef Element<T>::Wide Wide;

// K operands, of which the first J differ along a row.
template <int K, int J> struct RowArguments {
    double eps;
    i64 option; // as an operator has it
    i64 length; // of a row, in elements; below 2^31
    i64 lanes; // threads of a team, a power of two
    i64 across;
    i64 parts; // of a row, in this launch
    i64 tiles; // of a part
    i64 phase;
    i64 totalParts; // of a row, in `totals`
    void* totals; // [row][part]
    i64 units; // of a row: packs, or elements
    i64 inner; // those of the inner loop
    i64 step[J]; // elements from a unit to the next
    i64 outerStep[J];
    Nest<K> kept; // rows
};

const int wholeRows = 0, sumsOnly = 1, sumsKnown = 2; // phases

const int MOST_THREADS = 512;
const int LEAST_BLOCKS = sizeof(T) == 8 ? 1 : 0; // at once; else the compiler would spill registers of doubles
const int PACKED = 16 / (int) sizeof(T);

template <int P> struct Tile {
    static const int CHUNKS = sizeof(T) == 8 ? 4 : P == 1 ? 8 : sizeof(T) == 2 ? 2 : 4; // units of a thread, as in RowKernels
    static const int SIZE = CHUNKS * P;
};

// ---- functions, to the accuracy that the element type can tell

__device__ inline Wide exponential(Wide x) {
    if constexpr (sizeof(T) == 2) {
        return __expf(x);
    } else {
        return exp(x);
    }
}

__device__ inline Wide inverseRoot(Wide x) {
    return 1 / sqrt(x);
}

// ---- numbers that teams join

template <int N> struct Numbers { Wide x[N]; };

template <int N> __device__ Numbers<N> fromOther(Numbers<N> mine, int by) {
    Numbers<N> other;
#pragma unroll
    for (int i = 0; i < N; i++) {
        other.x[i] = __shfl_xor_sync(0xFFFFFFFFu, mine.x[i], by, 32);
    }
    return other;
}

template <int N> struct Sums {
    typedef Numbers<N> Total;
    __device__ static Total none() { return Total{}; }
    __device__ static Total join(Total a, Total b) {
#pragma unroll
        for (int i = 0; i < N; i++) {
            a.x[i] += b.x[i];
        }
        return a;
    }
};

const int SHARED = 3 * MOST_THREADS; // words: three numbers for each thread

struct Team {
    int lanes;
    int lane;
    int width; // teams of a block
    int column; // this thread's, of those
    bool across;

    __device__ Team(i64 lanes, i64 across) : lanes((int) lanes), across(across != 0) {
        int thread = (int) threadIdx.x;
        width = (int) blockDim.x / this->lanes;
        lane = this->across ? thread / width : thread % this->lanes;
        column = this->across ? thread % width : thread / this->lanes;
    }

    // What all threads of the team have, in each of them. To be called by the whole block.
    template <typename Op> __device__ typename Op::Total join(typename Op::Total mine, u64* memory) const {
        typedef typename Op::Total Total;
        Total* shared = (Total*) memory;
        int thread = (int) threadIdx.x;
        if (lanes == 1) {
            return mine;
        }
        if (across) {
            __syncthreads(); // the last total is read
            shared[thread] = mine;
#pragma unroll 1
            for (int by = lanes / 2; by > 0; by /= 2) {
                __syncthreads();
                if (lane < by) {
                    mine = Op::join(mine, shared[thread + by * width]);
                    shared[thread] = mine;
                }
            }
            __syncthreads();
            return shared[column];
        }
#pragma unroll 1
        for (int by = 1; by < lanes && by < 32; by *= 2) {
            Total other = fromOther(mine, by);
            mine = (lane & by) != 0 ? Op::join(other, mine) : Op::join(mine, other);
        }
        if (lanes > 32) {
            __syncthreads();
            if (thread % 32 == 0) {
                shared[thread / 32] = mine;
            }
            __syncthreads();
            const Total* warps = shared + (thread - lane) / 32;
            mine = warps[0];
#pragma unroll 1
            for (int warp = 1; warp < lanes / 32; warp++) {
                mine = Op::join(mine, warps[warp]);
            }
        }
        return mine;
    }
};

// ---- one row

struct Unit {
    int number; // in the row
    bool present;
    i64 inner;
    i64 outer;
};

template <int P, int LOOPS, int K, int J> struct Row {
    const RowArguments<K, J>& p;
    const Team& team;
    bool present; // whether the team has one
    i64 at[K]; // where it begins

    __device__ Row(const RowArguments<K, J>& p, const Team& team, i64 index)
            : p(p), team(team), present(index < p.kept.count) {
        p.kept.at(present ? index : 0, at);
    }

    __device__ T* address(int operand) const { return (T*) p.kept.base[operand] + at[operand]; }

    // The number that an operand has for the whole row.
    __device__ Wide number(int operand) const { return Element<T>::get(*address(operand)); }

    __device__ void set(int operand, Wide x) const { *address(operand) = Element<T>::put(x); }

    __device__ Unit unit(int tile, int chunk) const {
        Unit unit;
        unit.number = (tile * Tile<P>::CHUNKS + chunk) * team.lanes + team.lane;
        unit.present = present && unit.number < (int) p.units;
        unit.outer = LOOPS == 1 ? 0 : unit.number / (int) p.inner;
        unit.inner = LOOPS == 1 ? unit.number : unit.number - unit.outer * p.inner;
        return unit;
    }

    __device__ T* address(int operand, const Unit& unit) const {
        T* x = address(operand) + unit.inner * p.step[operand];
        return LOOPS == 1 ? x : x + unit.outer * p.outerStep[operand];
    }

    // An operand's elements, and `none` for those that are not there.
    __device__ void load(int operand, const Unit& unit, Wide none, Wide* v) const {
#pragma unroll
        for (int j = 0; j < P; j++) {
            v[j] = none;
        }
        if (!unit.present) {
            return;
        }
        const T* x = address(operand, unit);
        if (P > 1 && p.step[operand] != 0) {
            Pack<T, P> pack = *(const Pack<T, P>*) x;
#pragma unroll
            for (int j = 0; j < P; j++) {
                v[j] = Element<T>::get(pack.element[j]);
            }
        } else {
            Wide one = Element<T>::get(*x);
#pragma unroll
            for (int j = 0; j < P; j++) {
                v[j] = one;
            }
        }
    }

    __device__ void store(int operand, const Unit& unit, const Wide* v) const {
        if (unit.present) {
            Pack<T, P> pack;
#pragma unroll
            for (int j = 0; j < P; j++) {
                pack.element[j] = Element<T>::put(v[j]);
            }
            *(Pack<T, P>*) address(operand, unit) = pack;
        }
    }

    // Calls use(unit, i) with each of a thread's units of a tile, of which i is the first element among the thread's.
    template <typename Use> __device__ void eachUnit(int tile, Use use) const {
#pragma unroll
        for (int chunk = 0; chunk < Tile<P>::CHUNKS; chunk++) {
            use(unit(tile, chunk), chunk * P);
        }
    }

    __device__ void loadTile(int operand, int tile, Wide none, Wide* v) const {
        eachUnit(tile, [&](const Unit& unit, int i) { load(operand, unit, none, v + i); });
    }

    // Stores element(i, number) for each of a thread's elements of a tile: i among the thread's, number in the row.
    template <typename Of> __device__ void storeTile(int operand, int tile, Of element) const {
        eachUnit(tile, [&](const Unit& unit, int i) {
            Wide v[P];
#pragma unroll
            for (int j = 0; j < P; j++) {
                v[j] = element(i + j, unit.number * P + j);
            }
            store(operand, unit, v);
        });
    }
};

// ---- all rows

// An Op begins with a row, and then says what a tile comes to (of), how that is joined (none, join), what it makes of the sum
// of all (finish; `first` in one thread of the row's), and results of a tile (write; `loaded` if `of` was called for it just
// before, else it has to load what it needs).
template <typename Op, int P, int LOOPS, int K, int J> __device__ void eachRow(const RowArguments<K, J>& p, u64* memory) {
    typedef typename Op::Total Total;
    Team team(p.lanes, p.across);
    i64 groups = (p.kept.count + team.width - 1) / team.width;
    int tiles = (int) p.tiles;
    for (i64 task = blockIdx.x; task < groups * p.parts; task += gridDim.x) {
        i64 part = p.parts == 1 ? 0 : task / groups;
        i64 index = (task - part * groups) * team.width + team.column;
        Row<P, LOOPS, K, J> row(p, team, index);
        Op op(row);
        int from = (int) part * tiles;
        Total total = Op::none();
        if (p.phase == sumsKnown) {
            const Total* totals = (const Total*) p.totals + index * p.totalParts;
#pragma unroll 1
            for (i64 i = team.lane; i < p.totalParts && row.present; i += team.lanes) {
                total = Op::join(total, totals[i]);
            }
        } else if (Op::SUMS) {
#pragma unroll 1
            for (int tile = from; tile < from + tiles; tile++) {
                total = Op::join(total, op.of(row, tile));
            }
        }
        if (Op::SUMS) {
            total = team.join<Op>(total, memory);
        }
        if (p.phase == sumsOnly) {
            if (team.lane == 0 && row.present) {
                ((Total*) p.totals)[index * p.parts + part] = total;
            }
            continue;
        }
        op.finish(row, total, team.lane == 0 && part == 0 && row.present);
        if (Op::WRITES) {
            bool loaded = Op::SUMS && p.phase == wholeRows && tiles == 1;
#pragma unroll 1
            for (int tile = from; tile < from + tiles; tile++) {
                op.write(row, tile, loaded);
            }
        }
    }
}

// Kernels of Op<P, LOOPS, ...> for rows of one loop, of single elements and of packs.
#define ROW_KERNEL(name, K, J, P, LOOPS, ...) \
    extern "C" __global__ void __launch_bounds__(MOST_THREADS, LEAST_BLOCKS) name(RowArguments<K, J> p) { \
        __shared__ u64 memory[SHARED]; \
        eachRow<__VA_ARGS__, P, LOOPS, K, J>(p, memory); \
    }
