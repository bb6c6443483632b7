// Steps of optimisers over many tensors in one launch, which take pieces of them as blocks, and over one of any strides.
// T: the element type.

#include "elementwise.cuh"

typedef Element<T>::Wide Wide;

const int THREADS = 256;
const int PACKED = 16 / (int) sizeof(T);
const i64 PIECE = 16 * THREADS; // elements, as in OptimizerSteps
const int MOST_TENSORS = 54; // as there
const int MOST_OPERANDS = 7;
const int MOST_NUMBERS = 8;
const int MOST_COUNTS = 240;

// What a step of Adam has instead of two of its numbers, if it is the device that counts steps.
struct Correction {
    double rate;
    double scale;
};

struct Count {
    const double* before;
    double* after;
};

struct Counts {
    double lr;
    double beta1;
    double beta2;
    i64 tensors;
    Correction* correction;
    Count count[MOST_COUNTS];
};

// One or more that an operator is about, one after the other: operands, then results.
struct Tensor {
    i64 count;
    i64 firstPiece; // of all pieces
    void* operand[MOST_OPERANDS];
};

struct Together {
    double number[MOST_NUMBERS];
    const Correction* correction; // of each tensor; null if the numbers are of all
    i64 tensors;
    i64 pieces;
    Tensor tensor[MOST_TENSORS];
};

template <int N> struct Strided {
    double number[MOST_NUMBERS];
    const Correction* correction;
    Nest<N> nest;
};

// Parameter, gradient, mean, square; parameter, mean, square. x: what is read, and then written.
struct Adam {
    static const int READ = 4;
    static const int WRITTEN = 3;
    Wide blend, keep, square, scale, eps, shrink, decay, rate;

    __device__ Adam(const double* number)
            : blend((Wide) number[0]), keep((Wide) number[1]), square((Wide) number[2]), scale((Wide) number[3]),
              eps((Wide) number[4]), shrink((Wide) number[5]), decay((Wide) number[6]), rate((Wide) number[7]) {}

    __device__ void operator()(const Wide* x, Wide* y) const {
        Wide down = x[1] + decay * x[0];
        y[1] = x[2] + blend * (down - x[2]);
        y[2] = x[3] * keep + square * down * down;
        y[0] = x[0] * shrink - rate * y[1] / (sqrt(y[2]) * scale + eps);
    }
};

// The gradient, and that of a penalty; a decay of 0 times an infinite parameter is none.
__device__ inline Wide decayed(Wide decay, Wide parameter, Wide gradient) {
    return decay == 0 ? gradient : gradient + decay * parameter;
}

// Parameter, gradient; parameter.
struct Gradient {
    static const int READ = 2;
    static const int WRITTEN = 1;
    Wide decay, rate;

    __device__ Gradient(const double* number) : decay((Wide) number[0]), rate((Wide) number[1]) {}

    __device__ void operator()(const Wide* x, Wide* y) const { y[0] = x[0] - rate * decayed(decay, x[0], x[1]); }
};

// Parameter, gradient, buffer; parameter, buffer.
template <bool NESTEROV> struct Momentum {
    static const int READ = 3;
    static const int WRITTEN = 2;
    Wide momentum, share, decay, rate;

    __device__ Momentum(const double* number)
            : momentum((Wide) number[0]), share((Wide) number[1]), decay((Wide) number[2]), rate((Wide) number[3]) {}

    __device__ void operator()(const Wide* x, Wide* y) const {
        Wide down = decayed(decay, x[0], x[1]);
        y[1] = momentum * x[2] + share * down;
        y[0] = x[0] - rate * (NESTEROV ? down + momentum * y[1] : y[1]);
    }
};

template <typename Step> __device__ void correct(Step&, const Correction*) {}

__device__ inline void correct(Adam& step, const Correction* correction) {
    if (correction != 0) {
        step.rate = (Wide) correction->rate;
        step.scale = (Wide) correction->scale;
    }
}

// One element, or a pack of them.
template <int P, typename Step> __device__ void stepAt(const Step& step, const Tensor& tensor, i64 i) {
    Pack<T, P> x[Step::READ];
    Pack<T, P> y[Step::WRITTEN];
#pragma unroll
    for (int k = 0; k < Step::READ; k++) {
        x[k] = ((const Pack<T, P>*) tensor.operand[k])[i];
    }
#pragma unroll
    for (int j = 0; j < P; j++) {
        Wide from[Step::READ];
        Wide to[Step::WRITTEN];
#pragma unroll
        for (int k = 0; k < Step::READ; k++) {
            from[k] = Element<T>::get(x[k].element[j]);
        }
        step(from, to);
#pragma unroll
        for (int k = 0; k < Step::WRITTEN; k++) {
            y[k].element[j] = Element<T>::put(to[k]);
        }
    }
#pragma unroll
    for (int k = 0; k < Step::WRITTEN; k++) {
        ((Pack<T, P>*) tensor.operand[Step::READ + k])[i] = y[k];
    }
}

template <typename Step> __device__ void stepTogether(const Together& p) {
    Step step(p.number);
    for (i64 piece = blockIdx.x; piece < p.pieces; piece += gridDim.x) {
        int low = 0;
        int high = (int) p.tensors - 1;
        while (low < high) { // the last one that begins with this piece or before
            int middle = (low + high + 1) / 2;
            if (p.tensor[middle].firstPiece <= piece) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        const Tensor& tensor = p.tensor[low];
        correct(step, p.correction == 0 ? 0 : p.correction + low);
        i64 from = (piece - tensor.firstPiece) * PIECE;
        i64 to = from + PIECE < tensor.count ? from + PIECE : tensor.count;
        bool aligned = true;
#pragma unroll
        for (int k = 0; k < Step::READ + Step::WRITTEN; k++) {
            aligned &= isAligned(tensor.operand[k], 16);
        }
        i64 packs = aligned ? to / PACKED : from / PACKED;
        for (i64 i = from / PACKED + threadIdx.x; i < packs; i += blockDim.x) {
            stepAt<PACKED>(step, tensor, i);
        }
        for (i64 i = packs * PACKED + threadIdx.x; i < to; i += blockDim.x) {
            stepAt<1>(step, tensor, i);
        }
    }
}

template <typename Step, int N> __device__ void stepStrided(const Strided<N>& p) {
    Step step(p.number);
    correct(step, p.correction);
    for (i64 i = firstIndex(); i < p.nest.count; i += indexStep()) {
        i64 at[N];
        p.nest.at(i, at);
        Wide x[Step::READ];
        Wide y[Step::WRITTEN];
#pragma unroll
        for (int k = 0; k < Step::READ; k++) {
            x[k] = Element<T>::get(((const T*) p.nest.base[k])[at[k]]);
        }
        step(x, y);
#pragma unroll
        for (int k = 0; k < Step::WRITTEN; k++) {
            ((T*) p.nest.base[Step::READ + k])[at[Step::READ + k]] = Element<T>::put(y[k]);
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS) adam(const __grid_constant__ Together p) { stepTogether<Adam>(p); }
extern "C" __global__ void adamStrided(Strided<7> p) { stepStrided<Adam>(p); }

// Counts a step of each tensor, and says what it is corrected by, as Op.CountedAdamStep does.
extern "C" __global__ void adamCounts(const __grid_constant__ Counts p) {
    for (i64 i = firstIndex(); i < p.tensors; i += indexStep()) {
        double number = *p.count[i].before + 1;
        *p.count[i].after = number;
        p.correction[i].rate = p.lr / (1 - pow(p.beta1, number));
        p.correction[i].scale = 1 / sqrt(1 - pow(p.beta2, number));
    }
}

extern "C" __global__ void __launch_bounds__(THREADS) gradient(const __grid_constant__ Together p) { stepTogether<Gradient>(p); }
extern "C" __global__ void gradientStrided(Strided<3> p) { stepStrided<Gradient>(p); }
extern "C" __global__ void __launch_bounds__(THREADS) momentum(const __grid_constant__ Together p) {
    stepTogether<Momentum<false>>(p);
}
extern "C" __global__ void momentumStrided(Strided<5> p) { stepStrided<Momentum<false>>(p); }
extern "C" __global__ void __launch_bounds__(THREADS) nesterov(const __grid_constant__ Together p) {
    stepTogether<Momentum<true>>(p);
}
extern "C" __global__ void nesterovStrided(Strided<5> p) { stepStrided<Momentum<true>>(p); }
