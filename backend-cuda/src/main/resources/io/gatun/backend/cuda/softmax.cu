// Softmax, its logarithm, and cross entropy, with their gradients.

#include "rowwise.cuh"

__device__ inline Wide larger(Wide a, Wide b) {
    return a > b ? a : b;
}

// What exponentials are taken relative to: 0 where there is nothing but minus infinity.
__device__ inline Wide reference(Wide largest) {
    return largest == -(Wide) GATUN_INFINITY ? 0 : largest;
}

// The largest, and the sum of exponentials relative to it. Where anything is not a number the sum is not.
struct Exponentials {
    typedef Numbers<2> Total;
    static const bool SUMS = true;

    __device__ static Total none() { return Total{{-(Wide) GATUN_INFINITY, 0}}; }

    __device__ static Total join(Total a, Total b) {
        Wide largest = larger(a.x[0], b.x[0]);
        Wide from = reference(largest);
        return Total{{largest, a.x[1] * exponential(a.x[0] - from) + b.x[1] * exponential(b.x[0] - from)}};
    }

    // Of a thread's elements, which become their exponentials if these are `kept`.
    template <int SIZE, bool KEPT> __device__ static Total of(Wide* v) {
        Wide largest = v[0];
#pragma unroll
        for (int i = 1; i < SIZE; i++) {
            largest = larger(largest, v[i]);
        }
        Wide from = reference(largest);
        Wide sum = 0;
#pragma unroll
        for (int i = 0; i < SIZE; i++) {
            Wide e = exponential(v[i] - from);
            sum += e;
            v[i] = KEPT ? e : v[i];
        }
        return Total{{largest, sum}};
    }

    // The logarithm of the sum; not a number where all are minus infinity.
    __device__ static Wide logarithm(Total total) {
        return total.x[0] == -(Wide) GATUN_INFINITY ? (Wide) GATUN_NAN : log(total.x[1]);
    }
};

// (x; result)
template <int P, bool LOGARITHM> struct Softmax : Exponentials {
    static const bool WRITES = true;
    static const int SIZE = Tile<P>::SIZE;
    Wide v[SIZE];
    Wide own; // what this thread's exponentials are relative to
    Wide largest;
    Wide scale; // or the logarithm

    __device__ Softmax(const Row<P, 1, 2, 2>&) {}

    __device__ Total of(const Row<P, 1, 2, 2>& row, int tile) {
        row.loadTile(0, tile, -(Wide) GATUN_INFINITY, v);
        Total total = Exponentials::of<SIZE, !LOGARITHM>(v);
        own = total.x[0];
        return total;
    }

    __device__ void finish(const Row<P, 1, 2, 2>&, Total total, bool) {
        largest = total.x[0];
        scale = LOGARITHM ? logarithm(total) : 1 / total.x[1];
    }

    __device__ void write(const Row<P, 1, 2, 2>& row, int tile, bool loaded) {
        if (!loaded) {
            row.loadTile(0, tile, -(Wide) GATUN_INFINITY, v);
        }
        Wide factor = loaded ? exponential(own - largest) * scale : scale;
        row.storeTile(1, tile, [&](int i, int) {
            return LOGARITHM ? v[i] - largest - scale : loaded ? v[i] * factor : exponential(v[i] - largest) * factor;
        });
    }
};

// (gradient, y; result)
template <int P, bool LOGARITHM> struct SoftmaxGradient : Sums<1> {
    static const bool SUMS = true;
    static const bool WRITES = true;
    Wide g[Tile<P>::SIZE];
    Wide y[Tile<P>::SIZE];
    Wide sum;

    __device__ SoftmaxGradient(const Row<P, 1, 3, 3>&) {}

    __device__ void load(const Row<P, 1, 3, 3>& row, int tile) {
        row.loadTile(0, tile, 0, g);
        row.loadTile(1, tile, 0, y);
    }

    __device__ Total of(const Row<P, 1, 3, 3>& row, int tile) {
        load(row, tile);
        Wide total = 0;
#pragma unroll
        for (int i = 0; i < Tile<P>::SIZE; i++) {
            total += LOGARITHM ? g[i] : g[i] * y[i];
        }
        return Total{{total}};
    }

    __device__ void finish(const Row<P, 1, 3, 3>&, Total total, bool) { sum = total.x[0]; }

    __device__ void write(const Row<P, 1, 3, 3>& row, int tile, bool loaded) {
        if (!loaded) {
            load(row, tile);
        }
        row.storeTile(2, tile, [&](int i, int) {
            return LOGARITHM ? g[i] - exponential(y[i]) * sum : y[i] * (g[i] - sum);
        });
    }
};

// (scores; classes, losses, logarithms of sums); option: the class that is ignored
template <int P> struct CrossEntropy : Exponentials {
    static const bool WRITES = false;

    __device__ CrossEntropy(const Row<P, 1, 4, 1>&) {}

    __device__ Total of(const Row<P, 1, 4, 1>& row, int tile) {
        Wide v[Tile<P>::SIZE];
        row.loadTile(0, tile, -(Wide) GATUN_INFINITY, v);
        return Exponentials::of<Tile<P>::SIZE, false>(v);
    }

    __device__ void finish(const Row<P, 1, 4, 1>& row, Total total, bool first) {
        if (first) {
            i64 target = ((const i64*) row.p.kept.base[1])[row.at[1]];
            Wide log = logarithm(total);
            Wide loss = 0;
            if (target != row.p.option) {
                i64 step = row.p.step[0] / P; // of one element
                loss = log - (Element<T>::get(row.address(0)[target * step]) - total.x[0]);
            }
            row.set(2, loss);
            row.set(3, total.x[0] + log);
        }
    }

    __device__ void write(const Row<P, 1, 4, 1>&, int, bool) {}
};

// (scores, result; gradients of the losses, logarithms of sums, classes); option: the class that is ignored
template <int P> struct CrossEntropyGradient : Sums<1> {
    static const bool SUMS = false;
    static const bool WRITES = true;
    Wide g;
    Wide log;
    i64 target;
    bool ignored;

    __device__ CrossEntropyGradient(const Row<P, 1, 5, 2>& row) : g(row.number(2)), log(row.number(3)) {
        target = ((const i64*) row.p.kept.base[4])[row.at[4]];
        ignored = target == row.p.option;
    }

    __device__ Total of(const Row<P, 1, 5, 2>&, int) { return none(); }

    __device__ void finish(const Row<P, 1, 5, 2>&, Total, bool) {}

    __device__ void write(const Row<P, 1, 5, 2>& row, int tile, bool) {
        Wide v[Tile<P>::SIZE];
        row.loadTile(0, tile, 0, v);
        row.storeTile(1, tile, [&](int i, int number) {
            Wide share = exponential(v[i] - log) * g;
            return ignored ? 0 : number == target ? share - g : share;
        });
    }
};

#define KERNELS(name, K, J, OP, ...) \
    ROW_KERNEL(name, K, J, 1, 1, OP<1 __VA_ARGS__>) \
    ROW_KERNEL(name##Packed, K, J, PACKED, 1, OP<PACKED __VA_ARGS__>)

KERNELS(softmax, 2, 2, Softmax, , false)
KERNELS(logSoftmax, 2, 2, Softmax, , true)
KERNELS(softmaxGradient, 3, 3, SoftmaxGradient, , false)
KERNELS(logSoftmaxGradient, 3, 3, SoftmaxGradient, , true)
KERNELS(crossEntropy, 4, 1, CrossEntropy)
KERNELS(crossEntropyGradient, 5, 2, CrossEntropyGradient)
