// Maximum pooling: the largest element of each window, the first of equals, NaN before all, and where it is. T: the element type.

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
