// Convolutions and their adjoints as products of matrices whose one operand is gathered from the image while they are computed
// (implicit GEMM); where a group has few channels, element by element. T: the element type.
//
// Along a spatial dimension all of them read the image where it is for a convolution: at offset + i * step + tap * tapStep. So does
// the adjoint in the input: its results that are congruent modulo the stride (a phase) see the same taps, and neighbours among
// them see neighbours. Thus no product with the zeros between is computed.
//
// Sums are cut into parts by size alone, and joined in their order.

#include "product.cuh"

typedef Element<T>::Wide Wide;

const int SPATIAL = 3; // dimensions; fewer are as many, the first ones of size 1
const int DEPTH = Depth<T>::value;
const int ROWS = 64; // of a tile
const int COLUMNS = THREADS;
const int OUTSIDE = -(1 << 30);

// A place in the image: its element number, and its coordinates, which may be outside. The sum of two is another.
struct Spot {
    i64 at;
    int coordinate[SPATIAL];
};

struct Image {
    const T* base;
    i64 sampleStep; // in elements
    i64 channelStep;
    i64 step[SPATIAL];
    i64 size[SPATIAL];

    __device__ T get(const T* from, const Spot& a, const Spot& b) const {
        bool inside = true;
#pragma unroll
        for (int d = 0; d < SPATIAL; d++) {
            inside = inside && (unsigned) (a.coordinate[d] + b.coordinate[d]) < (unsigned) size[d];
        }
        return inside ? from[a.at + b.at] : T();
    }
};

// What is outside whatever is added to it.
__device__ inline Spot nowhere() {
    return Spot{0, {OUTSIDE, OUTSIDE, OUTSIDE}};
}

struct Geometry {
    i64 kernel[SPATIAL];
    i64 stride[SPATIAL];
    i64 padding[SPATIAL];
    i64 dilation[SPATIAL];
};

// ---- results that are gathered: a convolution, or its adjoint in the input

struct GatherArguments {
    T* out; // (samples, groups * rows, ...), contiguous
    Wide* totals; // [part][element of out]; null with one part
    i64 parts;
    i64 length; // of a part, a multiple of DEPTH
    i64 samples;
    i64 groups;
    i64 rows; // channels of the result in a group
    i64 channels; // of the image in a group
    i64 outSize[SPATIAL];
    const T* weight;
    i64 weightGroup; // steps, in elements
    i64 weightRow;
    i64 weightChannel;
    i64 weightTap[SPATIAL];
    i64 adjoint;
    Geometry geometry;
    Image image;
    i64 rowTiles;
    i64 columnTiles;
};

// One dimension of what a phase computes.
struct Sweep {
    int offset; // in the image
    int step;
    int tapStep;
    int firstTap;
    int tapGap;
    int taps;
    int first; // of the results
    int gap;
    int count;
};

__device__ Sweep sweep(const GatherArguments& p, int d, int phase) {
    int kernel = (int) p.geometry.kernel[d];
    int stride = (int) p.geometry.stride[d];
    int padding = (int) p.geometry.padding[d];
    int dilation = (int) p.geometry.dilation[d];
    int size = (int) p.outSize[d];
    if (!p.adjoint) {
        return Sweep{-padding, stride, dilation, 0, 1, kernel, 0, 1, size};
    }
    int gap = 1;
    while (gap * dilation % stride != 0) {
        gap++;
    }
    int tap = 0;
    while (tap < gap && (phase + padding - tap * dilation) % stride != 0) {
        tap++;
    }
    int taps = tap < gap && tap < kernel ? (kernel - 1 - tap) / gap + 1 : 0;
    int count = phase < size ? (size - 1 - phase) / stride + 1 : 0;
    return Sweep{taps == 0 ? 0 : (phase + padding - tap * dilation) / stride,
            1,
            -(gap * dilation / stride),
            tap,
            gap,
            taps,
            phase,
            stride,
            count};
}

// Takes the remainder of `index` by `size` off.
template <typename I> __device__ I taken(I& index, I size) {
    I whole = index / size;
    I rest = index - whole * size;
    index = whole;
    return rest;
}

struct Term {
    Spot spot;
    i64 weight; // element number
};

extern "C" __global__ void __launch_bounds__(THREADS) gather(GatherArguments p) {
    __shared__ Side<T, ROWS> left;
    __shared__ Side<T, COLUMNS> right;
    __shared__ Term terms[DEPTH];
    __shared__ i64 to[COLUMNS];
    int thread = (int) threadIdx.x;
    i64 block = blockIdx.x;
    i64 firstRow = taken(block, p.rowTiles) * ROWS;
    i64 column = taken(block, p.columnTiles) * COLUMNS + thread;
    i64 group = taken(block, p.groups);
    i64 part = taken(block, p.parts);
    Sweep along[SPATIAL];
    int taps = 1;
    i64 columns = p.samples;
#pragma unroll
    for (int d = SPATIAL - 1; d >= 0; d--) {
        along[d] = sweep(p, d, p.adjoint ? (int) taken(block, p.geometry.stride[d]) : 0);
        taps *= along[d].taps;
        columns *= along[d].count;
    }
    if (column - thread >= columns) {
        return;
    }
    i64 outChannel = p.outSize[0] * p.outSize[1] * p.outSize[2];
    Spot spot = nowhere();
    to[thread] = -1;
    if (column < columns) {
        i64 rest = column;
        i64 size = 1;
        i64 at = 0;
        spot.at = 0;
#pragma unroll
        for (int d = SPATIAL - 1; d >= 0; d--) {
            int i = (int) taken(rest, (i64) along[d].count);
            spot.coordinate[d] = along[d].offset + i * along[d].step;
            spot.at += spot.coordinate[d] * p.image.step[d];
            at += (along[d].first + i * along[d].gap) * size;
            size *= p.outSize[d];
        }
        spot.at += rest * p.image.sampleStep;
        to[thread] = rest * p.groups * p.rows * outChannel + at;
    }
    const T* image = p.image.base + group * p.channels * p.image.channelStep;
    const T* weight = p.weight + group * p.weightGroup;
    i64 begin = part * p.length;
    i64 end = p.channels * taps;
    end = begin + p.length < end ? begin + p.length : end;

    // The next terms, the last dimension's taps first.
    auto list = [&](i64 from) {
        if (thread < DEPTH) {
            Term term{nowhere(), 0};
            if (from + thread < end) {
                unsigned rest = (unsigned) (from + thread);
                term.spot.at = 0;
#pragma unroll
                for (int d = SPATIAL - 1; d >= 0; d--) {
                    int tap = (int) taken(rest, (unsigned) along[d].taps);
                    term.spot.coordinate[d] = tap * along[d].tapStep;
                    term.spot.at += term.spot.coordinate[d] * p.image.step[d];
                    term.weight += (along[d].firstTap + tap * along[d].tapGap) * p.weightTap[d];
                }
                term.spot.at += rest * p.image.channelStep;
                term.weight += rest * p.weightChannel;
            }
            terms[thread] = term;
        }
    };
    Fetched<T, ROWS, true> lefts;
    Fetched<T, COLUMNS, false> rights;
    auto fetch = [&]() {
        lefts.fetch([&](int i, int k) {
            bool some = firstRow + i < p.rows && terms[k].spot.coordinate[0] != OUTSIDE;
            return some ? weight[(firstRow + i) * p.weightRow + terms[k].weight] : T();
        });
        rights.fetch([&](int, int k) { return p.image.get(image, spot, terms[k].spot); });
    };
    Product<T, ROWS, COLUMNS> product;
    product.clear();
    list(begin);
    __syncthreads();
    fetch();
    for (i64 k = begin; k < end; k += DEPTH) {
        __syncthreads();
        lefts.store(left);
        rights.store(right);
        list(k + DEPTH);
        __syncthreads();
        if (k + DEPTH < end) {
            fetch();
        }
        product.add(left, 0, right, end - k);
    }
    i64 count = p.samples * p.groups * p.rows * outChannel;
    product.each([&](int i, int j, Wide sum) {
        i64 row = firstRow + i;
        if (row < p.rows && to[j] >= 0) {
            i64 at = to[j] + (group * p.rows + row) * outChannel;
            if (p.parts == 1) {
                p.out[at] = Element<T>::put(sum);
            } else {
                p.totals[part * count + at] = sum;
            }
        }
    });
}

// A thread for each result.
extern "C" __global__ void gatherEach(GatherArguments p) {
    i64 channel = p.outSize[0] * p.outSize[1] * p.outSize[2];
    i64 count = p.samples * p.groups * p.rows * channel;
    for (i64 index = firstIndex(); index < count; index += indexStep()) {
        i64 rest = index;
        int at[SPATIAL];
        int kernel[SPATIAL];
#pragma unroll
        for (int d = SPATIAL - 1; d >= 0; d--) {
            int padding = (int) p.geometry.padding[d];
            int i = (int) taken(rest, p.outSize[d]);
            at[d] = p.adjoint ? i + padding : i * (int) p.geometry.stride[d] - padding;
            kernel[d] = (int) p.geometry.kernel[d];
        }
        i64 row = taken(rest, p.rows);
        i64 group = taken(rest, p.groups);
        const T* image = p.image.base + rest * p.image.sampleStep + group * p.channels * p.image.channelStep;
        const T* weight = p.weight + group * p.weightGroup + row * p.weightRow;
        // Where tap `tap` sees the image, or something outside.
        auto seen = [&](int d, int tap) {
            int shift = tap * (int) p.geometry.dilation[d];
            if (!p.adjoint) {
                return at[d] + shift;
            }
            int place = at[d] - shift;
            int stride = (int) p.geometry.stride[d];
            return stride == 1 ? place : place % stride == 0 ? place / stride : -1;
        };
        Wide sum = 0;
        for (int z = 0; z < kernel[0]; z++) {
            int imageZ = seen(0, z);
            if ((unsigned) imageZ >= (unsigned) p.image.size[0]) {
                continue;
            }
            for (int y = 0; y < kernel[1]; y++) {
                int imageY = seen(1, y);
                if ((unsigned) imageY >= (unsigned) p.image.size[1]) {
                    continue;
                }
                for (int x = 0; x < kernel[2]; x++) {
                    int imageX = seen(2, x);
                    if ((unsigned) imageX >= (unsigned) p.image.size[2]) {
                        continue;
                    }
                    i64 from = imageZ * p.image.step[0] + imageY * p.image.step[1] + imageX * p.image.step[2];
                    i64 tap = z * p.weightTap[0] + y * p.weightTap[1] + x * p.weightTap[2];
#pragma unroll 4
                    for (i64 c = 0; c < p.channels; c++) {
                        sum += Element<T>::get(image[from + c * p.image.channelStep])
                                * Element<T>::get(weight[tap + c * p.weightChannel]);
                    }
                }
            }
        }
        p.out[index] = Element<T>::put(sum);
    }
}

// ---- the adjoint in the weight

struct WeightArguments {
    T* out; // (groups * rows, channels, kernel), contiguous
    Wide* totals;
    i64 parts;
    i64 length;
    i64 samples;
    i64 groups;
    i64 rows; // channels of the gradient in a group
    i64 channels; // of the image in a group
    Image gradient;
    Geometry geometry;
    Image image;
    i64 rowTiles;
    i64 columnTiles;
};

// Term `index` of all sums: where it is in the image for the first tap, and in the gradient.
struct Position {
    Spot image;
    i64 gradient;
};

__device__ inline Position position(const WeightArguments& p, i64 index, i64 end) {
    Position result{nowhere(), -1};
    if (index < end) {
        result.image.at = 0;
        result.gradient = 0;
#pragma unroll
        for (int d = SPATIAL - 1; d >= 0; d--) {
            int i = (int) taken(index, p.gradient.size[d]);
            result.image.coordinate[d] = i * (int) p.geometry.stride[d] - (int) p.geometry.padding[d];
            result.image.at += result.image.coordinate[d] * p.image.step[d];
            result.gradient += i * p.gradient.step[d];
        }
        result.image.at += index * p.image.sampleStep;
        result.gradient += index * p.gradient.sampleStep;
    }
    return result;
}

// How far from there column `index`, of a channel and a tap, is.
__device__ inline Spot shift(const WeightArguments& p, i64 index) {
    Spot result = nowhere();
    if (index < p.channels * p.geometry.kernel[0] * p.geometry.kernel[1] * p.geometry.kernel[2]) {
        result.at = 0;
#pragma unroll
        for (int d = SPATIAL - 1; d >= 0; d--) {
            result.coordinate[d] = (int) (taken(index, p.geometry.kernel[d]) * p.geometry.dilation[d]);
            result.at += result.coordinate[d] * p.image.step[d];
        }
        result.at += index * p.image.channelStep;
    }
    return result;
}

extern "C" __global__ void __launch_bounds__(THREADS) weightGradient(WeightArguments p) {
    __shared__ Side<T, ROWS> left;
    __shared__ Side<T, COLUMNS> right;
    __shared__ Spot shifts[COLUMNS];
    int thread = (int) threadIdx.x;
    i64 block = blockIdx.x;
    i64 firstRow = taken(block, p.rowTiles) * ROWS;
    i64 firstColumn = taken(block, p.columnTiles) * COLUMNS;
    i64 group = taken(block, p.groups);
    i64 part = block;
    i64 columns = p.channels * p.geometry.kernel[0] * p.geometry.kernel[1] * p.geometry.kernel[2];
    i64 begin = part * p.length;
    i64 end = p.samples * p.gradient.size[0] * p.gradient.size[1] * p.gradient.size[2];
    end = begin + p.length < end ? begin + p.length : end;
    const T* gradient = p.gradient.base + group * p.rows * p.gradient.channelStep;
    const T* image = p.image.base + group * p.channels * p.image.channelStep;
    shifts[thread] = shift(p, firstColumn + thread);
    __syncthreads();

    Fetched<T, ROWS, true> lefts;
    Fetched<T, COLUMNS, true> rights;
    auto fetch = [&](i64 from) {
        i64 k = from + lefts.term(0);
        Position here = position(p, k, end);
        lefts.fetch([&](int i, int) {
            i64 row = firstRow + i;
            return row < p.rows && k < end ? gradient[here.gradient + row * p.gradient.channelStep] : T();
        });
        rights.fetch([&](int i, int) { return p.image.get(image, here.image, shifts[i]); });
    };
    Product<T, ROWS, COLUMNS> product;
    product.clear();
    fetch(begin);
    for (i64 k = begin; k < end; k += DEPTH) {
        __syncthreads();
        lefts.store(left);
        rights.store(right);
        __syncthreads();
        if (k + DEPTH < end) {
            fetch(k + DEPTH);
        }
        product.add(left, 0, right, end - k);
    }
    i64 count = p.groups * p.rows * columns;
    product.each([&](int i, int j, Wide sum) {
        i64 row = firstRow + i;
        i64 column = firstColumn + j;
        if (row < p.rows && column < columns) {
            i64 at = (group * p.rows + row) * columns + column;
            if (p.parts == 1) {
                p.out[at] = Element<T>::put(sum);
            } else {
                p.totals[part * count + at] = sum;
            }
        }
    });
}

// A block for each weight.
extern "C" __global__ void __launch_bounds__(THREADS) weightGradientEach(WeightArguments p) {
    __shared__ Wide sums[THREADS];
    i64 columns = p.channels * p.geometry.kernel[0] * p.geometry.kernel[1] * p.geometry.kernel[2];
    i64 end = p.samples * p.gradient.size[0] * p.gradient.size[1] * p.gradient.size[2];
    for (i64 index = blockIdx.x; index < p.groups * p.rows * columns; index += gridDim.x) {
        i64 row = index / columns;
        i64 group = row / p.rows;
        const T* gradient = p.gradient.base + row * p.gradient.channelStep;
        const T* image = p.image.base + group * p.channels * p.image.channelStep;
        Spot tap = shift(p, index - row * columns);
        Wide sum = 0;
        for (i64 k = threadIdx.x; k < end; k += THREADS) {
            Position here = position(p, k, end);
            sum += Element<T>::get(gradient[here.gradient]) * Element<T>::get(p.image.get(image, here.image, tap));
        }
        sums[threadIdx.x] = sum;
        __syncthreads();
        for (int half = THREADS / 2; half > 0; half /= 2) {
            if (threadIdx.x < half) {
                sums[threadIdx.x] += sums[threadIdx.x + half];
            }
            __syncthreads();
        }
        if (threadIdx.x == 0) {
            p.out[index] = Element<T>::put(sums[0]);
        }
        __syncthreads();
    }
}

// ---- sums that were cut

struct JoinArguments {
    T* out;
    const Wide* totals;
    i64 parts;
    i64 count;
};

extern "C" __global__ void join(JoinArguments p) {
    for (i64 i = firstIndex(); i < p.count; i += indexStep()) {
        Wide sum = p.totals[i];
#pragma unroll 4
        for (i64 part = 1; part < p.parts; part++) {
            sum += p.totals[part * p.count + i];
        }
        p.out[i] = Element<T>::put(sum);
    }
}
