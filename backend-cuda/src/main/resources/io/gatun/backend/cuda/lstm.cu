// What a step of long short-term memory does to each element of the state, and the gradient. T: the element type.

#include "gatun.cuh"

typedef Element<T>::Wide Wide;

// Of an operand with four gates side by side the nest has the first one.
struct Forward {
    i64 gateStep[4]; // from a gate to the next: of the gates, and of what they are the sum of
    Nest<7> nest; // cell before, cell, state, gates; of the state before, of the input, bias
};

struct Backward {
    i64 first; // whether this is the first step taken, which has no state's gradient from another
    i64 gateStep[2]; // of the gates, and of the gradient
    Nest<8> nest; // cell's gradient of another step, here, state's of another step, here; cell before, cell, gates; gradient
};

template <int N> __device__ Wide get(const Nest<N>& nest, int operand, i64 at) {
    return Element<T>::get(((const T*) nest.base[operand])[at]);
}

template <int N> __device__ void set(const Nest<N>& nest, int operand, i64 at, Wide x) {
    ((T*) nest.base[operand])[at] = Element<T>::put(x);
}

__device__ inline Wide sigmoid(Wide x) {
    return 1 / (1 + exp(-x));
}

extern "C" __global__ void forward(Forward p) {
    for (i64 i = firstIndex(); i < p.nest.count; i += indexStep()) {
        i64 at[7];
        p.nest.at(i, at);
        Wide gate[4];
#pragma unroll
        for (int k = 0; k < 4; k++) {
            Wide sum = 0;
#pragma unroll
            for (int term = 1; term < 4; term++) {
                sum += get(p.nest, 3 + term, at[3 + term] + k * p.gateStep[term]);
            }
            gate[k] = k == 2 ? tanh(sum) : sigmoid(sum);
            set(p.nest, 3, at[3] + k * p.gateStep[0], gate[k]);
        }
        Wide cell = gate[1] * get(p.nest, 0, at[0]) + gate[0] * gate[2];
        set(p.nest, 1, at[1], cell);
        set(p.nest, 2, at[2], gate[3] * tanh(cell));
    }
}

extern "C" __global__ void backward(Backward p) {
    for (i64 i = firstIndex(); i < p.nest.count; i += indexStep()) {
        i64 at[8];
        p.nest.at(i, at);
        Wide gate[4];
#pragma unroll
        for (int k = 0; k < 4; k++) {
            gate[k] = get(p.nest, 6, at[6] + k * p.gateStep[0]);
        }
        Wide state = get(p.nest, 3, at[3]);
        if (!p.first) {
            state += get(p.nest, 2, at[2]);
        }
        Wide tangent = tanh(get(p.nest, 5, at[5]));
        Wide output = state * gate[3];
        Wide cell = get(p.nest, 0, at[0]) + output * (1 - tangent * tangent);
        Wide forget = cell * gate[1];
        Wide down[4] = {
            cell * gate[2] * gate[0] * (1 - gate[0]),
            forget * get(p.nest, 4, at[4]) * (1 - gate[1]),
            cell * gate[0] * (1 - gate[2] * gate[2]),
            output * tangent * (1 - gate[3])
        };
        set(p.nest, 1, at[1], forget);
#pragma unroll
        for (int k = 0; k < 4; k++) {
            set(p.nest, 7, at[7] + k * p.gateStep[1], down[k]);
        }
    }
}
