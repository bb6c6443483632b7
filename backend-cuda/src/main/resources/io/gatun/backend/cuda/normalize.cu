// Layer norm and batch norm, and their gradients. Rows are what is normalised together.

#include "rowwise.cuh"

// The sum, the sum of squares less the mean's, and the count of some elements (Chan, Golub and LeVeque, 1979).
struct Moments {
    typedef Numbers<3> Total;
    static const bool SUMS = true;

    __device__ static Total none() { return Total{}; }

    __device__ static Total join(Total a, Total b) {
        Wide count = a.x[2] + b.x[2];
        if (a.x[2] == 0 || b.x[2] == 0) {
            return a.x[2] == 0 ? b : a;
        }
        Wide apart = b.x[0] / b.x[2] - a.x[0] / a.x[2];
        return Total{{a.x[0] + b.x[0], a.x[1] + b.x[1] + apart * apart * (a.x[2] * b.x[2] / count), count}};
    }
};

// (x, result, weight, bias; means, variances)
template <int P, int LOOPS> struct Normalize : Moments {
    static const bool WRITES = true;
    typedef Row<P, LOOPS, 6, 4> Rows;
    Wide v[Tile<P>::SIZE];
    Wide mean;
    Wide scale;

    __device__ Normalize(const Rows&) {}

    __device__ Total of(const Rows& row, int tile) {
        row.loadTile(0, tile, 0, v);
        Wide sum = 0;
        int count = 0;
        row.eachUnit(tile, [&](const Unit& unit, int i) {
            count += unit.present ? P : 0;
#pragma unroll
            for (int j = 0; j < P; j++) {
                sum += v[i + j];
            }
        });
        Wide middle = sum / (count == 0 ? 1 : count);
        Wide squares = 0;
        row.eachUnit(tile, [&](const Unit& unit, int i) {
            if (unit.present) {
#pragma unroll
                for (int j = 0; j < P; j++) {
                    Wide apart = v[i + j] - middle;
                    squares += apart * apart;
                }
            }
        });
        return Total{{sum, squares, (Wide) count}};
    }

    __device__ void finish(const Rows& row, Total total, bool first) {
        mean = total.x[0] / row.p.length;
        Wide variance = total.x[1] / row.p.length;
        scale = inverseRoot(variance + (Wide) row.p.eps);
        if (first) {
            row.set(4, mean);
            row.set(5, variance);
        }
    }

    __device__ void write(const Rows& row, int tile, bool loaded) {
        if (!loaded) {
            row.loadTile(0, tile, 0, v);
        }
        row.eachUnit(tile, [&](const Unit& unit, int i) {
            Wide weight[P];
            Wide bias[P];
            row.load(2, unit, 0, weight);
            row.load(3, unit, 0, bias);
#pragma unroll
            for (int j = 0; j < P; j++) {
                bias[j] += (v[i + j] - mean) * scale * weight[j];
            }
            row.store(1, unit, bias);
        });
    }
};

// (x, gradient, result, weight; means, variances)
template <int P, int LOOPS> struct NormalizeGradient : Sums<2> {
    static const bool SUMS = true;
    static const bool WRITES = true;
    typedef Row<P, LOOPS, 6, 4> Rows;
    Wide normal[Tile<P>::SIZE];
    Wide g[Tile<P>::SIZE]; // times the weight
    Wide mean;
    Wide scale;
    Wide part;
    Wide along;

    __device__ NormalizeGradient(const Rows& row)
            : mean(row.number(4)), scale(inverseRoot(row.number(5) + (Wide) row.p.eps)) {}

    __device__ void load(const Rows& row, int tile) {
        row.loadTile(0, tile, 0, normal);
        row.loadTile(1, tile, 0, g);
        row.eachUnit(tile, [&](const Unit& unit, int i) {
            Wide weight[P];
            row.load(3, unit, 0, weight);
#pragma unroll
            for (int j = 0; j < P; j++) {
                normal[i + j] = (normal[i + j] - mean) * scale;
                g[i + j] *= weight[j];
            }
        });
    }

    __device__ Total of(const Rows& row, int tile) {
        load(row, tile);
        Total total = none();
#pragma unroll
        for (int i = 0; i < Tile<P>::SIZE; i++) {
            total.x[0] += g[i];
            total.x[1] += g[i] * normal[i];
        }
        return total;
    }

    __device__ void finish(const Rows& row, Total total, bool) {
        part = total.x[0] / row.p.length;
        along = total.x[1] / row.p.length;
    }

    __device__ void write(const Rows& row, int tile, bool loaded) {
        if (!loaded) {
            load(row, tile);
        }
        row.storeTile(2, tile, [&](int i, int) { return (g[i] - part - normal[i] * along) * scale; });
    }
};

// (x, gradient, means, variances; result): rows are what a weight's element was multiplied by. option: whether mean and variance
// stay the same along a row.
template <int P, int LOOPS> struct NormalizeWeight : Sums<1> {
    static const bool SUMS = true;
    static const bool WRITES = false;
    typedef Row<P, LOOPS, 5, 4> Rows;
    bool same;
    Wide rowMean;
    Wide rowScale;

    __device__ Wide scale(const Rows& row, Wide variance) { return inverseRoot(variance + (Wide) row.p.eps); }

    __device__ NormalizeWeight(const Rows& row) : same(row.p.option != 0), rowMean(row.number(2)) {
        rowScale = scale(row, row.number(3));
    }

    __device__ Total of(const Rows& row, int tile) {
        Wide x[Tile<P>::SIZE];
        Wide g[Tile<P>::SIZE];
        row.loadTile(0, tile, 0, x);
        row.loadTile(1, tile, 0, g);
        Wide sum = 0;
#pragma unroll
        for (int chunk = 0; chunk < Tile<P>::CHUNKS; chunk++) { // not by eachUnit: the compiler then takes twice the registers
            Unit unit = row.unit(tile, chunk);
            Wide mean[P];
            Wide factor[P];
            if (!same) {
                row.load(2, unit, 0, mean);
                row.load(3, unit, 1, factor);
            }
#pragma unroll
            for (int j = 0; j < P; j++) {
                int i = chunk * P + j;
                sum += same ? g[i] * (x[i] - rowMean) : g[i] * (x[i] - mean[j]) * scale(row, factor[j]);
            }
        }
        return Total{{sum}};
    }

    __device__ void finish(const Rows& row, Total total, bool first) {
        if (first) {
            row.set(4, same ? total.x[0] * rowScale : total.x[0]);
        }
    }

    __device__ void write(const Rows&, int, bool) {}
};

// (x, result, scale, shift)
template <int P, int LOOPS> struct ChannelScale : Sums<1> {
    static const bool SUMS = false;
    static const bool WRITES = true;
    typedef Row<P, LOOPS, 4, 4> Rows;

    __device__ ChannelScale(const Rows&) {}

    __device__ Total of(const Rows&, int) { return none(); }

    __device__ void finish(const Rows&, Total, bool) {}

    __device__ void write(const Rows& row, int tile, bool) {
        Wide v[Tile<P>::SIZE];
        row.loadTile(0, tile, 0, v);
        row.eachUnit(tile, [&](const Unit& unit, int i) {
            Wide scale[P];
            Wide shift[P];
            row.load(2, unit, 0, scale);
            row.load(3, unit, 0, shift);
#pragma unroll
            for (int j = 0; j < P; j++) {
                shift[j] += v[i + j] * scale[j];
            }
            row.store(1, unit, shift);
        });
    }
};

#define KERNELS(name, K, J, LOOPS, OP) \
    ROW_KERNEL(name, K, J, 1, LOOPS, OP<1, LOOPS>) \
    ROW_KERNEL(name##Packed, K, J, PACKED, LOOPS, OP<PACKED, LOOPS>)

KERNELS(normalize, 6, 4, 1, Normalize)
KERNELS(normalizeNested, 6, 4, 2, Normalize)
KERNELS(normalizeGradient, 6, 4, 1, NormalizeGradient)
KERNELS(normalizeGradientNested, 6, 4, 2, NormalizeGradient)
KERNELS(normalizeWeight, 5, 4, 1, NormalizeWeight)
KERNELS(normalizeWeightNested, 5, 4, 2, NormalizeWeight)
KERNELS(channelScale, 4, 4, 1, ChannelScale)
