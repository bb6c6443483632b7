// Maximum pooling: the largest element of each window, the first of equals, NaN before all, and where it is. Average pooling, and
// its gradient. T: the element type; GATUN_INTEGRAL: whether it is of integers, of which there are no averages.

#include "rows.cuh"

const int SPATIAL = 3; // dimensions; fewer are as many, the first ones of size 1

struct MaxArguments {
    T* values; // (samples, channels, ...), contiguous
    i64* places; // likewise: numbers of elements of a channel
    const T* x;
    i64 count;
    i64 channels;
    i64 sampleStep; // of x, in elements
    i64 channelStep;
    i64 step[SPATIAL];
    i64 size[SPATIAL];
    i64 outSize[SPATIAL];
    i64 kernel[SPATIAL];
    i64 stride[SPATIAL];
    i64 padding[SPATIAL];
    i64 dilation[SPATIAL];
    i64 lowest; // of integers
};

typedef PlaceOf<T, true, false> Best;

// A thread for each window, neighbours side by side.
extern "C" __global__ void maxPool(MaxArguments p) {
    for (i64 index = firstIndex(); index < p.count; index += indexStep()) {
        i64 rest = index;
        int start[SPATIAL];
#pragma unroll
        for (int d = SPATIAL - 1; d >= 0; d--) {
            i64 whole = rest / p.outSize[d];
            start[d] = (int) ((rest - whole * p.outSize[d]) * p.stride[d] - p.padding[d]);
            rest = whole;
        }
        i64 sample = rest / p.channels;
        const T* x = p.x + sample * p.sampleStep + (rest - sample * p.channels) * p.channelStep;
        typename Best::Kept best = Best::none();
        for (int i = 0; i < p.kernel[0]; i++) {
            int a = start[0] + i * (int) p.dilation[0];
            if ((unsigned) a >= (unsigned) p.size[0]) {
                continue;
            }
            for (int j = 0; j < p.kernel[1]; j++) {
                int b = start[1] + j * (int) p.dilation[1];
                if ((unsigned) b >= (unsigned) p.size[1]) {
                    continue;
                }
                for (int k = 0; k < p.kernel[2]; k++) {
                    int c = start[2] + k * (int) p.dilation[2];
                    if ((unsigned) c < (unsigned) p.size[2]) {
                        i64 place = ((i64) a * p.size[1] + b) * p.size[2] + c;
                        best = Best::join(best, Best::of(x[a * p.step[0] + b * p.step[1] + c * p.step[2]], place));
                    }
                }
            }
        }
        bool some = best.index >= 0;
        typename Best::Value lowest = Element<T>::floating ? Range<T>::least() : (typename Best::Value) p.lowest;
        p.values[index] = Element<T>::put((typename Element<T>::Wide) (some ? best.value : lowest));
        // A window may have nothing of the input: then where its first element would be.
        p.places[index] = some ? best.index : ((i64) start[0] * p.size[1] + start[1]) * p.size[2] + start[2];
    }
}

struct Strided {
    i64 sampleStep;
    i64 channelStep;
    i64 step[SPATIAL];
};

struct MaxGradientArguments {
    T* result; // (samples, channels, ...), contiguous
    const T* g;
    const i64* places;
    i64 count; // of results
    i64 channels;
    Strided ofG;
    Strided ofPlaces;
    i64 size[SPATIAL];
    i64 outSize[SPATIAL]; // windows
    i64 kernel[SPATIAL];
    i64 stride[SPATIAL];
    i64 padding[SPATIAL];
};

// A thread for each element of the input: the sum of the gradients of those windows, in their order, whose largest it is. It
// looks at the windows that it lies in, of which each tells its place.
extern "C" __global__ void maxPoolGradient(MaxGradientArguments p) {
    for (i64 index = firstIndex(); index < p.count; index += indexStep()) {
        i64 rest = index;
        int first[SPATIAL];
        int end[SPATIAL];
        i64 place = 0;
        i64 planes = 1;
#pragma unroll
        for (int d = SPATIAL - 1; d >= 0; d--) {
            i64 whole = rest / p.size[d];
            int at = (int) (rest - whole * p.size[d]);
            place += at * planes;
            planes *= p.size[d];
            rest = whole;
            int from = at + (int) p.padding[d]; // in the padded input
            int before = from - (int) p.kernel[d]; // the window that begins here has its end before it
            int stride = (int) p.stride[d];
            first[d] = before < 0 ? 0 : before / stride + 1;
            int last = from / stride + 1;
            end[d] = last < (int) p.outSize[d] ? last : (int) p.outSize[d];
        }
        i64 sample = rest / p.channels;
        i64 channel = rest - sample * p.channels;
        const T* g = p.g + sample * p.ofG.sampleStep + channel * p.ofG.channelStep;
        const i64* places = p.places + sample * p.ofPlaces.sampleStep + channel * p.ofPlaces.channelStep;
        double sum = 0;
        for (int i = first[0]; i < end[0]; i++) {
            for (int j = first[1]; j < end[1]; j++) {
                for (int k = first[2]; k < end[2]; k++) {
                    const i64* step = p.ofPlaces.step;
                    if (places[i * step[0] + j * step[1] + k * step[2]] == place) {
                        sum += Element<T>::get(g[i * p.ofG.step[0] + j * p.ofG.step[1] + k * p.ofG.step[2]]);
                    }
                }
            }
        }
        p.result[index] = Element<T>::put((typename Element<T>::Wide) sum);
    }
}
#if !GATUN_INTEGRAL

typedef Element<T>::Wide Wide;

struct AverageArguments {
    T* out; // (samples, channels, ...), contiguous
    const T* from;
    i64 count; // of results
    i64 channels;
    i64 sampleStep; // of what is read, in elements
    i64 channelStep;
    i64 step[SPATIAL];
    i64 size[SPATIAL]; // of the input
    i64 windows[SPATIAL];
    i64 kernel[SPATIAL];
    i64 stride[SPATIAL];
    i64 padding[SPATIAL];
    double divisor; // of all windows, or 0
    i64 countsPadding;
};

// What a window is divided by, which lies between these places of the input and its padding.
__device__ inline Wide divisorOf(const AverageArguments& p, const int* start) {
    if (p.divisor != 0) {
        return (Wide) p.divisor;
    }
    i64 covered = 1;
#pragma unroll
    for (int d = 0; d < SPATIAL; d++) {
        i64 margin = p.countsPadding ? p.padding[d] : 0;
        i64 low = start[d] < -margin ? -margin : start[d];
        i64 high = start[d] + p.kernel[d];
        covered *= (high < p.size[d] + margin ? high : p.size[d] + margin) - low;
    }
    return (Wide) covered;
}

// A place of one of size[], and what is read of its channel.
__device__ inline const T* placeOf(const AverageArguments& p, const i64* size, i64 index, int* at) {
    i64 rest = index;
#pragma unroll
    for (int d = SPATIAL - 1; d >= 0; d--) {
        i64 whole = rest / size[d];
        at[d] = (int) (rest - whole * size[d]);
        rest = whole;
    }
    i64 sample = rest / p.channels;
    return p.from + sample * p.sampleStep + (rest - sample * p.channels) * p.channelStep;
}

// A thread for each window, neighbours side by side.
extern "C" __global__ void averagePool(AverageArguments p) {
    for (i64 index = firstIndex(); index < p.count; index += indexStep()) {
        int start[SPATIAL];
        int low[SPATIAL];
        int high[SPATIAL];
        const T* x = placeOf(p, p.windows, index, start);
#pragma unroll
        for (int d = 0; d < SPATIAL; d++) {
            start[d] = start[d] * (int) p.stride[d] - (int) p.padding[d];
            low[d] = start[d] < 0 ? 0 : start[d];
            i64 end = start[d] + p.kernel[d];
            high[d] = (int) (end < p.size[d] ? end : p.size[d]);
        }
        Wide sum = 0;
        for (int a = low[0]; a < high[0]; a++) {
            for (int b = low[1]; b < high[1]; b++) {
                for (int c = low[2]; c < high[2]; c++) {
                    sum += Element<T>::get(x[a * p.step[0] + b * p.step[1] + c * p.step[2]]);
                }
            }
        }
        p.out[index] = Element<T>::put(sum / divisorOf(p, start));
    }
}

// A thread for each element of the input, which adds up the shares of all windows that it is in.
extern "C" __global__ void averagePoolInput(AverageArguments p) {
    for (i64 index = firstIndex(); index < p.count; index += indexStep()) {
        int low[SPATIAL];
        int high[SPATIAL]; // the last window
        const T* g = placeOf(p, p.size, index, low);
#pragma unroll
        for (int d = 0; d < SPATIAL; d++) {
            i64 place = low[d] + p.padding[d];
            i64 last = place / p.stride[d];
            low[d] = place < p.kernel[d] ? 0 : (int) ((place - p.kernel[d]) / p.stride[d] + 1);
            high[d] = (int) (last < p.windows[d] ? last : p.windows[d] - 1);
        }
        Wide sum = 0;
        for (int a = low[0]; a <= high[0]; a++) {
            for (int b = low[1]; b <= high[1]; b++) {
                for (int c = low[2]; c <= high[2]; c++) {
                    int start[SPATIAL] = {
                            a * (int) p.stride[0] - (int) p.padding[0],
                            b * (int) p.stride[1] - (int) p.padding[1],
                            c * (int) p.stride[2] - (int) p.padding[2]};
                    sum += Element<T>::get(g[a * p.step[0] + b * p.step[1] + c * p.step[2]]) / divisorOf(p, start);
                }
            }
        }
        p.out[index] = Element<T>::put(sum);
    }
}

#endif
