// Products of tiles of matrices, by the threads of one block: what convolutions and attention are made of.
//
// The operands of a tile lie in shared memory, some terms of the sums at a time; its results are in registers, and `each` says
// which ones a thread has. Operands of the next terms are fetched into registers while these are multiplied.
//
// F32 and F64 are multiplied by multiply-adds. F16 and BF16 are multiplied by tensor cores (mma.sync, from sm_80 on), whose
// products are exact and whose sums are in F32. Devices without them, the emulator, and all devices if GATUN_TENSOR_CORES is 0,
// multiply the same fragments by multiply-adds: there everything is the same but that one instruction, which only a run on a
// device that has it tests.

#pragma once
#include "gatun.cuh"

#ifndef GATUN_TENSOR_CORES
#define GATUN_TENSOR_CORES 1
#endif

const int THREADS = 128; // of each block
const int WARP = 32;

template <typename T> struct IsHalf { static const bool value = false; };
template <> struct IsHalf<F16> { static const bool value = true; };
template <> struct IsHalf<BF16> { static const bool value = true; };

template <typename T> struct IsBfloat { static const bool value = false; };
template <> struct IsBfloat<BF16> { static const bool value = true; };

// The terms of all sums that lie in shared memory at once.
template <typename T> struct Depth { static const int value = 64 / sizeof(T); };

template <typename T> struct alignas(16) Run {
    static const int SIZE = 16 / sizeof(T);
    T x[SIZE];
};

template <typename T> struct alignas(16) Four { T x[4]; };

// ---- operands in shared memory

// LENGTH terms of SIZE rows of a left operand, or columns of a right one. Half types lie as fragments want them, neighbouring
// terms side by side, others so that a thread reads some rows' same term at once; padded, so that threads read different banks.
template <typename T, int SIZE, int LENGTH = Depth<T>::value> struct alignas(16) Side {
    static const bool HALF = IsHalf<T>::value;
    T x[HALF ? SIZE : LENGTH][HALF ? LENGTH + 8 : SIZE + 4];

    __device__ void put(int i, int term, T value) {
        x[HALF ? i : term][HALF ? term : i] = value;
    }

    __device__ T get(int i, int term) const {
        return x[HALF ? i : term][HALF ? term : i];
    }
};

// ---- fragments

// c += a b: a fragment each of 16 by 16, 16 by 8 and 8 by 16 numbers, as PTX lays them out for mma.m16n8k16.
template <typename T> __device__ void multiplyFragments(float* c, const unsigned* a, const unsigned* b) {
#if GATUN_TENSOR_CORES && defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    if constexpr (IsBfloat<T>::value) {
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                     "{%0, %1, %2, %3};"
                     : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    } else {
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                     "{%0, %1, %2, %3};"
                     : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    }
#else
    __shared__ float lefts[THREADS][8]; // pairs of terms
    __shared__ float rights[THREADS][4];
    int thread = (int) threadIdx.x;
    int warp = thread / WARP * WARP;
    int group = thread % WARP / 4;
    int column = thread % 4 * 2;
    for (int i = 0; i < 8; i++) {
        lefts[thread][i] = widen(T{(unsigned short) (a[i / 2] >> i % 2 * 16)});
    }
    for (int i = 0; i < 4; i++) {
        rights[thread][i] = widen(T{(unsigned short) (b[i / 2] >> i % 2 * 16)});
    }
    __syncwarp();
#pragma unroll 4 // all eight take more registers than there are
    for (int k = 0; k < 8; k++) { // pairs of terms
        const float* left = &lefts[warp + group * 4 + k % 4][k / 4 * 4];
        const float* right = &rights[warp + column * 4 + k % 4][k / 4 * 2];
        const float* next = right + 4 * 4; // of the next column
        c[0] += left[0] * right[0];
        c[0] += left[1] * right[1];
        c[1] += left[0] * next[0];
        c[1] += left[1] * next[1];
        c[2] += left[2] * right[0];
        c[2] += left[3] * right[1];
        c[3] += left[2] * next[0];
        c[3] += left[3] * next[1];
    }
    __syncwarp();
#endif
}

// ---- results in registers

// A tile of M by N results; M and N multiples of 64.
template <typename T, int M, int N, bool HALF = IsHalf<T>::value> struct Product {
    typedef typename Element<T>::Wide Wide;
    static const int ROWS = M / 8; // of a thread, in fours
    static const int COLUMNS = N / 16; // likewise
    static const int STEP = 4;
    static const int COUNT = ROWS * COLUMNS;
    Wide sum[COUNT];

    // Calls f(row, column, sum) for each of this thread's results.
    template <typename F> __device__ void each(F f) {
        int row = (int) threadIdx.x / 16 * 4;
        int column = (int) threadIdx.x % 16 * 4;
#pragma unroll
        for (int i = 0; i < ROWS; i++) {
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) {
                f(row + i / 4 * 32 + i % 4, column + j / 4 * 64 + j % 4, sum[i * COLUMNS + j]);
            }
        }
    }

    __device__ void clear() {
        each([](int, int, Wide& x) { x = 0; });
    }

    // Adds the products of the terms that `right` has, or of `terms` if these are fewer, after which there are zeros up to a
    // multiple of STEP. Those of `left` begin at `from`.
    template <int LENGTH>
    __device__ void add(const Side<T, M, LENGTH>& left, int from, const Side<T, N>& right, i64 terms) {
        int row = (int) threadIdx.x / 16 * 4;
        int column = (int) threadIdx.x % 16 * 4;
#pragma unroll
        for (int k = 0; k < Depth<T>::value; k++) {
            if (k % STEP == 0 && k >= terms) {
                break;
            }
            Four<T> a[ROWS / 4];
            Four<T> b[COLUMNS / 4];
#pragma unroll
            for (int i = 0; i < ROWS / 4; i++) {
                a[i] = *(const Four<T>*) &left.x[from + k][row + i * 32];
            }
#pragma unroll
            for (int j = 0; j < COLUMNS / 4; j++) {
                b[j] = *(const Four<T>*) &right.x[k][column + j * 64];
            }
#pragma unroll
            for (int i = 0; i < ROWS; i++) {
#pragma unroll
                for (int j = 0; j < COLUMNS; j++) {
                    sum[i * COLUMNS + j] += a[i / 4].x[i % 4] * b[j / 4].x[j % 4];
                }
            }
        }
    }
};

// Of half types: two by two warps, each with fragments of 16 by 8.
template <typename T, int M, int N> struct Product<T, M, N, true> {
    typedef float Wide;
    static const int DOWN = M / 32; // fragments of a warp
    static const int ACROSS = N / 16;
    static const int STEP = 16;
    static const int COUNT = DOWN * ACROSS * 4;
    float sum[COUNT];

    __device__ static int row() {
        return (int) threadIdx.x / WARP / 2 * (M / 2) + (int) threadIdx.x % WARP / 4;
    }

    __device__ static int column() {
        return (int) threadIdx.x / WARP % 2 * (N / 2);
    }

    template <typename F> __device__ void each(F f) {
#pragma unroll
        for (int i = 0; i < DOWN; i++) {
#pragma unroll
            for (int j = 0; j < ACROSS; j++) {
#pragma unroll
                for (int k = 0; k < 4; k++) {
                    f(row() + i * 16 + k / 2 * 8,
                            column() + j * 8 + (int) threadIdx.x % 4 * 2 + k % 2,
                            sum[(i * ACROSS + j) * 4 + k]);
                }
            }
        }
    }

    __device__ void clear() {
        each([](int, int, float& x) { x = 0; });
    }

    __device__ static unsigned pair(const T* x) {
        return *(const unsigned*) x;
    }

    template <int LENGTH>
    __device__ void add(const Side<T, M, LENGTH>& left, int from, const Side<T, N>& right, i64 terms) {
        int first = (int) threadIdx.x % 4 * 2;
        int across = column() + (int) threadIdx.x % WARP / 4;
#pragma unroll
        for (int k = 0; k < Depth<T>::value; k += STEP) {
            if (k >= terms) {
                break;
            }
            unsigned a[DOWN][4];
#pragma unroll
            for (int i = 0; i < DOWN; i++) {
#pragma unroll
                for (int part = 0; part < 4; part++) {
                    a[i][part] = pair(&left.x[row() + i * 16 + part % 2 * 8][from + k + first + part / 2 * 8]);
                }
            }
#pragma unroll
            for (int j = 0; j < ACROSS; j++) {
                const T* from = &right.x[across + j * 8][k + first];
                unsigned b[2] = {pair(from), pair(from + 8)};
#pragma unroll
                for (int i = 0; i < DOWN; i++) {
                    multiplyFragments<T>(&sum[(i * ACROSS + j) * 4], a[i], b);
                }
            }
        }
    }
};

// ---- operands on their way into shared memory

// Elements that any function gives. ALONG: neighbouring threads take neighbouring terms, else neighbouring rows or columns.
template <typename T, int SIZE, bool ALONG> struct Fetched {
    static const int DEPTH = Depth<T>::value;
    static const int COUNT = SIZE * DEPTH / THREADS;
    T held[COUNT];

    __device__ static int place(int k) {
        int thread = (int) threadIdx.x;
        return ALONG ? thread / DEPTH + k * (THREADS / DEPTH) : thread % SIZE;
    }

    __device__ static int term(int k) {
        int thread = (int) threadIdx.x;
        return ALONG ? thread % DEPTH : thread / SIZE * COUNT + k;
    }

    // f(row or column, term)
    template <typename F> __device__ void fetch(F f) {
#pragma unroll
        for (int k = 0; k < COUNT; k++) {
            held[k] = f(place(k), term(k));
        }
    }

    __device__ void store(Side<T, SIZE>& side) const {
        if constexpr (IsHalf<T>::value && !ALONG) {
#pragma unroll
            for (int k = 0; k < COUNT; k += Run<T>::SIZE) {
                Run<T> run;
#pragma unroll
                for (int i = 0; i < Run<T>::SIZE; i++) {
                    run.x[i] = held[k + i];
                }
                *(Run<T>*) &side.x[place(k)][term(k)] = run;
            }
        } else {
#pragma unroll
            for (int k = 0; k < COUNT; k++) {
                side.put(place(k), term(k), held[k]);
            }
        }
    }
};

// A matrix in memory, zero outside.
template <typename T> struct Matrix {
    const T* base;
    i64 rows;
    i64 columns;
    i64 rowStep; // in elements
    i64 columnStep;

    __device__ T at(i64 row, i64 column) const {
        return row < rows && column < columns ? base[row * rowStep + column * columnStep] : T();
    }

    // Whether 16 bytes of a row can be read at once, wherever 16 bytes begin.
    __device__ bool packed() const {
        return columnStep == 1 && rowStep % Run<T>::SIZE == 0 && ((u64) base & 15) == 0;
    }
};

// Rows of a matrix, whose elements are terms: by runs of 16 bytes where they can be.
template <typename T, int SIZE> struct FetchedRows {
    static const int RUNS = Depth<T>::value / Run<T>::SIZE; // of a row
    static const int COUNT = SIZE * RUNS / THREADS;
    Run<T> held[COUNT];

    __device__ static int place(int k) {
        return ((int) threadIdx.x + k * THREADS) / RUNS;
    }

    __device__ static int term() {
        return (int) threadIdx.x % RUNS * Run<T>::SIZE;
    }

    __device__ void fetch(const Matrix<T>& x, bool packed, i64 row, i64 column) {
#pragma unroll
        for (int k = 0; k < COUNT; k++) {
            i64 r = row + place(k);
            i64 c = column + term();
            if (packed && r < x.rows && c + Run<T>::SIZE <= x.columns) {
                held[k] = *(const Run<T>*) &x.base[r * x.rowStep + c];
            } else {
#pragma unroll
                for (int i = 0; i < Run<T>::SIZE; i++) {
                    held[k].x[i] = x.at(r, c + i);
                }
            }
        }
    }

    __device__ void store(Side<T, SIZE>& side) const {
#pragma unroll
        for (int k = 0; k < COUNT; k++) {
            if constexpr (IsHalf<T>::value) {
                *(Run<T>*) &side.x[place(k)][term()] = held[k];
            } else {
#pragma unroll
                for (int i = 0; i < Run<T>::SIZE; i++) {
                    side.put(place(k), term() + i, held[k].x[i]);
                }
            }
        }
    }
};
