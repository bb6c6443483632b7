// Progressions, and random numbers as Philox in tensor-api defines them: Philox 4x32-10 of a seed and a counter, and how
// elements use its words. T: the type of the elements; GATUN_INTEGRAL: whether it is of integers.

#include "elementwise.cuh"
#include "philox.cuh"

// ---- progressions

struct RangeArguments {
    T* out;
    i64 count;
    i64 stride;
    i64 firstInteger;
    i64 stepInteger;
    double first;
    double step;
};

extern "C" __global__ void arange(RangeArguments p) {
    for (i64 i = firstIndex(); i < p.count; i += indexStep()) {
#if GATUN_INTEGRAL
        p.out[i * p.stride] = (T) ((u64) p.firstInteger + (u64) i * (u64) p.stepInteger);
#else
        p.out[i * p.stride] = Element<T>::put((Element<T>::Wide) (p.first + (double) i * Strict(p.step)).value);
#endif
    }
}

// ---- words

struct Words {
    unsigned word[4];

    __device__ u64 pair(int lane) const {
        return word[2 * lane] | (u64) word[2 * lane + 1] << 32;
    }
};

__device__ inline Words philox(u64 seed, u64 counter) {
    unsigned c0 = (unsigned) counter;
    unsigned c1 = (unsigned) (counter >> 32);
    unsigned c2 = 0;
    unsigned c3 = 0;
    unsigned k0 = (unsigned) seed;
    unsigned k1 = (unsigned) (seed >> 32);
    for (int round = 0; round < 10; round++) {
        u64 p0 = (u64) 0xD2511F53u * c0;
        u64 p1 = (u64) 0xCD9E8D57u * c2;
        c0 = (unsigned) (p1 >> 32) ^ c1 ^ k0;
        c1 = (unsigned) p1;
        c2 = (unsigned) (p0 >> 32) ^ c3 ^ k1;
        c3 = (unsigned) p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return Words{{c0, c1, c2, c3}};
}

// Where the numbers of a fill start: CapturedDraws.java writes it, and Creation.java outside of graphs.
struct Stretch {
    u64 seed;
    u64 counter;
    const u64* generator; // in a graph: its seed and counter, from which the counter above counts; else null

    __device__ Words words(i64 block) const {
        u64 at = counter + (u64) block;
        return generator == nullptr ? philox(seed, at) : philox(generator[0], generator[1] + at);
    }
};

// Elements that one block of words serves, written at once where that is aligned.
template <int COUNT> __device__ void write(T* out, i64 block, i64 count, const Pack<T, COUNT>& elements) {
    i64 first = block * COUNT;
    if (first + COUNT <= count && isAligned(out, sizeof(T) * COUNT)) {
        ((Pack<T, COUNT>*) out)[block] = elements;
        return;
    }
    for (int k = 0; k < COUNT && first + k < count; k++) {
        out[first + k] = elements.element[k];
    }
}

// ---- successes

// Whether uniform numbers of F32, or in F64 of F64, are below a probability.
template <typename E> struct Chance {
    static const int COUNT = 4; // elements of a block

    __device__ static bool isBelow(const Words& words, int lane, double probability) {
        return (words.word[lane] >> 8) * 0x1p-24 < probability;
    }
};

template <> struct Chance<F64> {
    static const int COUNT = 2;

    __device__ static bool isBelow(const Words& words, int lane, double probability) {
        return (double) (words.pair(lane) >> 11) * 0x1p-53 < probability;
    }
};

struct BernoulliArguments {
    T* out; // contiguous
    i64 count;
    Stretch stretch;
    double probability;
    double success; // what else is 0
};

extern "C" __global__ void bernoulli(BernoulliArguments p) {
    const int COUNT = Chance<T>::COUNT;
#if GATUN_INTEGRAL
    const T success = (T) (i64) p.success;
    const T failure = 0;
#else
    const T success = Element<T>::put((Element<T>::Wide) p.success);
    const T failure = Element<T>::put(0);
#endif
    for (i64 block = firstIndex(); block * COUNT < p.count; block += indexStep()) {
        Words words = p.stretch.words(block);
        Pack<T, COUNT> elements;
#pragma unroll
        for (int lane = 0; lane < COUNT; lane++) {
            elements.element[lane] = Chance<T>::isBelow(words, lane, p.probability) ? success : failure;
        }
        write<COUNT>(p.out, block, p.count, elements);
    }
}

// ---- integers

struct IntegerArguments {
    T* out; // contiguous
    i64 count;
    Stretch stretch;
    i64 perBlock; // elements: 4, or 2 of wide ranges
    i64 low;
    u64 range;
};

__device__ inline T ofInteger(i64 x) {
#if GATUN_INTEGRAL
    return (T) x;
#else
    return Element<T>::put((Element<T>::Wide) x); // to float at once: by way of double it would be rounded twice
#endif
}

template <int COUNT> __device__ void integersOf(const IntegerArguments& p, i64 block) {
    Words words = p.stretch.words(block);
    Pack<T, COUNT> elements;
#pragma unroll
    for (int k = 0; k < COUNT; k++) {
        u64 drawn = COUNT == 2 ? __umul64hi(words.pair(k & 1), p.range) : (u64) words.word[k] * p.range >> 32;
        elements.element[k] = ofInteger((i64) ((u64) p.low + drawn));
    }
    write<COUNT>(p.out, block, p.count, elements);
}

extern "C" __global__ void integers(IntegerArguments p) {
    if (p.perBlock == 2) {
        for (i64 block = firstIndex(); block * 2 < p.count; block += indexStep()) {
            integersOf<2>(p, block);
        }
        return;
    }
    for (i64 block = firstIndex(); block * 4 < p.count; block += indexStep()) {
        integersOf<4>(p, block);
    }
}

// ---- floating-point numbers

#if !GATUN_INTEGRAL

struct RandomArguments {
    T* out; // contiguous
    i64 count;
    Stretch stretch;
    double first;
    double second; // of GEOMETRIC the logarithm of 1 - first
};

template <typename E> struct Use { // of words
    static const int COUNT = 4; // elements of a block

    __device__ static double inside(const Words& words, int lane) { return (words.word[lane] + 0.5) * 0x1p-32; }
    __device__ static double radius(const Words& words, int lane) { return (words.word[lane] + 1.0) * 0x1p-32; }
    __device__ static double turns(const Words& words, int lane) { return words.word[lane + 1] * 0x1p-32; }
};

template <> struct Use<F64> {
    static const int COUNT = 2;

    __device__ static double fraction(u64 bits) { return (double) (bits >> 11) * 0x1p-53; }
    __device__ static double inside(const Words& words, int lane) {
        return ((double) (words.pair(lane) >> 12) + 0.5) * 0x1p-52;
    }
    __device__ static double radius(const Words& words, int) { return 1 - fraction(words.pair(0)); }
    __device__ static double turns(const Words& words, int) { return fraction(words.pair(1)); }
};

template <typename E> __device__ double uniformFraction(const Words& words, int lane) {
    return (words.word[lane] >> 8) * 0x1p-24;
}
template <> __device__ double uniformFraction<F64>(const Words& words, int lane) {
    return Use<F64>::fraction(words.pair(lane));
}
template <> __device__ double uniformFraction<F16>(const Words& words, int lane) {
    return (words.word[lane] >> 21) * 0x1p-11;
}
template <> __device__ double uniformFraction<BF16>(const Words& words, int lane) {
    return (words.word[lane] >> 24) * 0x1p-8;
}

// The elements of a block's lanes, each as f gives it of words, lane and arguments.
template <typename F> __device__ void fillRandom(const RandomArguments& p, F f) {
    const int COUNT = Use<T>::COUNT;
    for (i64 block = firstIndex(); block * COUNT < p.count; block += indexStep()) {
        Words words = p.stretch.words(block);
        Pack<T, COUNT> elements;
#pragma unroll
        for (int lane = 0; lane < COUNT; lane++) {
            elements.element[lane] = Element<T>::put((Element<T>::Wide) f(words, lane).value);
        }
        write<COUNT>(p.out, block, p.count, elements);
    }
}

// As fillRandom, with f of normal numbers, which come in pairs.
template <typename F> __device__ void fillNormal(const RandomArguments& p, F f) {
    const int COUNT = Use<T>::COUNT;
    for (i64 block = firstIndex(); block * COUNT < p.count; block += indexStep()) {
        Words words = p.stretch.words(block);
        Pack<T, COUNT> elements;
#pragma unroll
        for (int lane = 0; lane < COUNT; lane += 2) {
            Strict radius = p.second * Strict(sqrt((-2.0 * strictLog(Use<T>::radius(words, lane))).value));
            Strict turns = Use<T>::turns(words, lane);
            elements.element[lane] = Element<T>::put((Element<T>::Wide) f(p.first + radius * strictCosine(turns)).value);
            elements.element[lane + 1] = Element<T>::put((Element<T>::Wide) f(p.first + radius * strictSine(turns)).value);
        }
        write<COUNT>(p.out, block, p.count, elements);
    }
}

struct DropoutArguments {
    T* out; // contiguous
    const T* x; // likewise
    i64 count;
    Stretch stretch;
    double probability; // of being kept
    double scale;
};

extern "C" __global__ void dropout(DropoutArguments p) {
    const int COUNT = Chance<T>::COUNT;
    const Element<T>::Wide scale = Element<T>::get(Element<T>::put((Element<T>::Wide) p.scale)); // rounded as a mask is
    const bool aligned = isAligned(p.x, sizeof(T) * COUNT);
    for (i64 block = firstIndex(); block * COUNT < p.count; block += indexStep()) {
        i64 first = block * COUNT;
        Pack<T, COUNT> elements;
        if (aligned && first + COUNT <= p.count) {
            elements = ((const Pack<T, COUNT>*) p.x)[block];
        } else {
            for (int k = 0; k < COUNT && first + k < p.count; k++) {
                elements.element[k] = p.x[first + k];
            }
        }
        Words words = p.stretch.words(block);
#pragma unroll
        for (int lane = 0; lane < COUNT; lane++) {
            Element<T>::Wide factor = Chance<T>::isBelow(words, lane, p.probability) ? scale : 0;
            elements.element[lane] = Element<T>::put(Element<T>::get(elements.element[lane]) * factor);
        }
        write<COUNT>(p.out, block, p.count, elements);
    }
}

extern "C" __global__ void uniform(RandomArguments p) {
    fillRandom(p, [&p](const Words& words, int lane) {
        return p.first + uniformFraction<T>(words, lane) * (Strict(p.second) - p.first);
    });
}

extern "C" __global__ void normal(RandomArguments p) {
    fillNormal(p, [](Strict x) { return x; });
}

extern "C" __global__ void logNormal(RandomArguments p) {
    fillNormal(p, [](Strict x) { return strictExp(x); });
}

extern "C" __global__ void exponential(RandomArguments p) {
    fillRandom(p, [&p](const Words& words, int lane) { return -strictLog(Use<T>::inside(words, lane)) / p.first; });
}

extern "C" __global__ void cauchy(RandomArguments p) {
    fillRandom(p, [&p](const Words& words, int lane) {
        Strict turns = (Use<T>::inside(words, lane) - Strict(0.5)) * 0.5;
        return p.first + p.second * (strictSine(turns) / strictCosine(turns));
    });
}

extern "C" __global__ void geometric(RandomArguments p) {
    fillRandom(p, [&p](const Words& words, int lane) {
        return Strict(ceil((strictLog(Use<T>::inside(words, lane)) / p.second).value));
    });
}

#endif
