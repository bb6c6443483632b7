// Attention and its gradient, tile by tile of the scores, which are never in memory as a whole (Dao and others, "FlashAttention",
// 2022; Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018). T: the element type; GATUN_WIDTH: of a tile of results, 64
// or 128.
//
// A block has a tile of rows: of queries, or for the gradients in keys and values of keys. It goes through the columns, keys or
// queries, and computes a tile of the scores at a time. The gradients compute the weights again, from each query's largest
// score and sum. Each result is one block's alone, which adds in a fixed order.

#include "product.cuh"

typedef Element<T>::Wide Wide;

const int DEPTH = Depth<T>::value;
const int TILE = 64; // of rows, and of columns
const int PARTS = THREADS / TILE; // in which a tile's columns are summed

enum Operand { QUERY, KEY, VALUE, MASK, SUMS, GRADIENT, RESULT, DOTS, OPERANDS };

struct Arguments {
    Nest<OPERANDS> batch;
    i64 step[OPERANDS][2]; // of the last two dimensions
    i64 queries;
    i64 keys;
    i64 width; // of queries and keys
    i64 valueWidth;
    double scale;
    i64 causal;
    i64 mask; // 0: none; 1: of bool; 2: to be added
    i64 rowTiles;
    i64 resultTiles; // along a row
};

// What a block computes.
struct Block {
    const Arguments& p;
    i64 row; // the first
    i64 column; // of results, the first
    i64 at[OPERANDS];

    __device__ Block(const Arguments& p) : p(p) {
        i64 rest = blockIdx.x;
        column = rest % p.resultTiles * GATUN_WIDTH;
        rest /= p.resultTiles;
        row = (p.rowTiles - 1 - rest % p.rowTiles) * TILE; // with many columns first, if causal
        p.batch.at(rest / p.rowTiles, at);
    }

    template <typename E> __device__ E* base(Operand operand) const {
        return (E*) p.batch.base[operand] + at[operand];
    }

    __device__ Matrix<T> matrix(Operand operand, i64 rows, i64 columns) const {
        return Matrix<T>{base<T>(operand), rows, columns, p.step[operand][0], p.step[operand][1]};
    }

    __device__ Matrix<T> query() const { return matrix(QUERY, p.queries, p.width); }
    __device__ Matrix<T> key() const { return matrix(KEY, p.keys, p.width); }
    __device__ Matrix<T> value() const { return matrix(VALUE, p.keys, p.valueWidth); }
    __device__ Matrix<T> gradient() const { return matrix(GRADIENT, p.queries, p.valueWidth); }

    // A score of the product `dot`; negative infinity if it is hidden.
    __device__ Wide score(i64 query, i64 key, Wide dot) const {
        Wide score = dot * (Wide) p.scale;
        i64 at = query * p.step[MASK][0] + key * p.step[MASK][1];
        if (p.mask == 1 && base<BOOL>(MASK)[at].bits == 0 || p.causal && key > query) {
            return -GATUN_INFINITY;
        }
        return p.mask == 2 ? score + Element<T>::get(base<T>(MASK)[at]) : score;
    }

    // A query's weights times their gradients, summed: what the gradient of a softmax subtracts. For gradients alone.
    __device__ Wide& dot(i64 query) const {
        return base<Wide>(DOTS)[query * p.step[DOTS][0]];
    }
};

// Scores, and the weights that they become: the same memory, but for half types.
template <bool HALF> struct Scores {
    Side<T, TILE, TILE> all;
    __device__ Side<T, TILE, TILE>& scores() { return all; }
    __device__ Side<T, TILE, TILE>& weights() { return all; }
};

template <> struct Scores<true> {
    Side<Wide, TILE, TILE> wide;
    Side<T, TILE, TILE> narrow;
    __device__ Side<Wide, TILE, TILE>& scores() { return wide; }
    __device__ Side<T, TILE, TILE>& weights() { return narrow; }
};

struct Shared {
    union {
        struct {
            Side<T, TILE> left;
            Side<T, TILE> right;
        };
        Side<T, GATUN_WIDTH> wide;
    };
    Scores<IsHalf<T>::value> tile;
    Wide part[PARTS][TILE];
    Wide factor[TILE];
};

// Products of rows of `a` from `row` on with rows of `b` from `column` on.
__device__ void products(
        Product<T, TILE, TILE>& result, Shared& shared, const Matrix<T>& a, i64 row, const Matrix<T>& b, i64 column) {
    FetchedRows<T, TILE> left;
    FetchedRows<T, TILE> right;
    bool aPacked = a.packed();
    bool bPacked = b.packed();
    result.clear();
    left.fetch(a, aPacked, row, 0);
    right.fetch(b, bPacked, column, 0);
    for (i64 k = 0; k < a.columns; k += DEPTH) {
        __syncthreads();
        left.store(shared.left);
        right.store(shared.right);
        __syncthreads();
        if (k + DEPTH < a.columns) {
            left.fetch(a, aPacked, row, k + DEPTH);
            right.fetch(b, bPacked, column, k + DEPTH);
        }
        result.add(shared.left, 0, shared.right, a.columns - k);
    }
}

// Adds the weights of a tile of columns times rows of `x` from `row` to `end`, of which columns from `column` on.
__device__ void addWeighted(
        Product<T, TILE, GATUN_WIDTH>& result, Shared& shared, const Matrix<T>& x, i64 row, i64 end, i64 column) {
    int terms = end - row < TILE ? (int) (end - row) : TILE;
    Fetched<T, GATUN_WIDTH, false> right;
    right.fetch([&](int i, int k) { return x.at(row + k, column + i); });
#pragma unroll 1
    for (int k = 0; k < terms; k += DEPTH) {
        __syncthreads();
        right.store(shared.wide);
        __syncthreads();
        if (k + DEPTH < terms) {
            right.fetch([&](int i, int term) { return x.at(row + k + DEPTH + term, column + i); });
        }
        result.add(shared.tile.weights(), k, shared.wide, terms - k);
    }
}

__device__ inline Wide larger(Wide a, Wide b) {
    return a != a || a > b ? a : b; // NaN if any is
}

// The row that this thread has in sums over a tile's columns, of which it takes those of a part.
struct RowPart {
    int row;
    int part;
    __device__ RowPart() : row((int) threadIdx.x % TILE), part((int) threadIdx.x / TILE) {}
    __device__ int first() const { return part * (TILE / PARTS); }
    __device__ int end() const { return first() + TILE / PARTS; }
};

// What all parts of a row have together; for all threads.
__device__ inline Wide total(Shared& shared, RowPart own, Wide sum) {
    __syncthreads();
    shared.part[own.part][own.row] = sum;
    __syncthreads();
    Wide result = 0;
    for (int part = 0; part < PARTS; part++) {
        result += shared.part[part][own.row];
    }
    return result;
}

extern "C" __global__ void __launch_bounds__(THREADS) forward(Arguments p) {
    __shared__ Shared shared;
    Block block(p);
    RowPart own;
    Wide largest = -GATUN_INFINITY; // of the own row so far
    Wide sum = 0; // of the own part, relative to that
    Product<T, TILE, GATUN_WIDTH> result;
    result.clear();
    i64 end = p.causal && block.row + TILE < p.keys ? block.row + TILE : p.keys;
    for (i64 column = 0; column < end; column += TILE) {
        Side<Wide, TILE, TILE>& scores = shared.tile.scores();
        {
            Product<T, TILE, TILE> dots;
            products(dots, shared, block.query(), block.row, block.key(), column);
            dots.each([&](int i, int j, Wide dot) {
                i64 query = block.row + i;
                i64 key = column + j;
                bool some = query < p.queries && key < p.keys;
                scores.put(i, j, some ? block.score(query, key, dot) : (Wide) -GATUN_INFINITY);
            });
        }
        __syncthreads();
        Wide most = -GATUN_INFINITY;
        for (int j = own.first(); j < own.end(); j++) {
            most = larger(most, scores.get(own.row, j));
        }
        shared.part[own.part][own.row] = most;
        __syncthreads();
        most = largest;
        for (int part = 0; part < PARTS; part++) {
            most = larger(most, shared.part[part][own.row]);
        }
        Wide base = most == -GATUN_INFINITY ? 0 : most; // before anything is seen
        Wide factor = exp(largest - base);
        largest = most;
        sum *= factor;
        for (int j = own.first(); j < own.end(); j++) {
            Wide weight = exp(scores.get(own.row, j) - base);
            sum += weight;
            shared.tile.weights().put(own.row, j, Element<T>::put(weight));
        }
        if (own.part == 0) {
            shared.factor[own.row] = factor;
        }
        __syncthreads();
        result.each([&](int i, int, Wide& x) { x *= shared.factor[i]; });
        addWeighted(result, shared, block.value(), column, end, block.column);
    }
    sum = total(shared, own, sum);
    sum = largest == -GATUN_INFINITY ? (Wide) GATUN_NAN : sum; // no key was seen
    if (own.part == 0) {
        shared.factor[own.row] = 1 / sum;
        i64 query = block.row + own.row;
        if (block.column == 0 && query < p.queries) {
            T* sums = block.base<T>(SUMS) + query * p.step[SUMS][1];
            T rounded = Element<T>::put(largest);
            Wide given = Element<T>::get(rounded); // what the sum is to be relative to
            sums[0] = rounded;
            sums[p.step[SUMS][0]] = Element<T>::put(given == largest ? sum : sum * exp(largest - given));
        }
    }
    __syncthreads();
    T* out = block.base<T>(RESULT);
    result.each([&](int i, int j, Wide x) {
        i64 query = block.row + i;
        i64 column = block.column + j;
        if (query < p.queries && column < p.valueWidth) {
            out[query * p.step[RESULT][0] + column * p.step[RESULT][1]] = Element<T>::put(x * shared.factor[i]);
        }
    });
}

// ---- the gradient

// What is needed of the queries of a tile.
struct Statistics {
    Wide largest[TILE];
    Wide divisor[TILE];
    Wide dot[TILE];

    __device__ void load(const Block& block, i64 first, bool dots) {
        int i = (int) threadIdx.x;
        if (i < TILE) {
            bool some = first + i < block.p.queries;
            const T* sums = block.base<T>(SUMS) + (first + i) * block.p.step[SUMS][1];
            largest[i] = some ? Element<T>::get(sums[0]) : 0;
            divisor[i] = some ? Element<T>::get(sums[block.p.step[SUMS][0]]) : 1;
            dot[i] = some && dots ? block.dot(first + i) : 0;
        }
    }
};

// Computes what `dot` gives.
extern "C" __global__ void __launch_bounds__(THREADS) dots(Arguments p) {
    __shared__ Shared shared;
    __shared__ Statistics queries;
    Block block(p);
    RowPart own;
    Wide sum = 0;
    queries.load(block, block.row, false);
    i64 end = p.causal && block.row + TILE < p.keys ? block.row + TILE : p.keys;
    for (i64 column = 0; column < end; column += TILE) {
        Side<Wide, TILE, TILE>& scores = shared.tile.scores();
        Product<T, TILE, TILE> weights;
        Product<T, TILE, TILE> gradients;
        products(weights, shared, block.query(), block.row, block.key(), column);
        products(gradients, shared, block.gradient(), block.row, block.value(), column);
        weights.each([&](int i, int j, Wide& dot) {
            i64 query = block.row + i;
            i64 key = column + j;
            bool some = query < p.queries && key < p.keys;
            dot = some ? exp(block.score(query, key, dot) - queries.largest[i]) / queries.divisor[i] : 0;
        });
        __syncthreads();
        for (int k = 0; k < Product<T, TILE, TILE>::COUNT; k++) {
            weights.sum[k] *= gradients.sum[k];
        }
        weights.each([&](int i, int j, Wide x) { scores.put(i, j, x); });
        __syncthreads();
        for (int j = own.first(); j < own.end(); j++) {
            sum += scores.get(own.row, j);
        }
    }
    sum = total(shared, own, sum);
    if (own.part == 0 && block.row + own.row < p.queries) {
        block.dot(block.row + own.row) = sum;
    }
}

// The gradient in one of the operands: its rows are the block's, and those of the others that each is multiplied with the
// columns.
template <Operand OF> __device__ void gradient(const Arguments& p) {
    __shared__ Shared shared;
    __shared__ Statistics queries;
    Block block(p);
    const bool byKey = OF != QUERY; // the rows are keys
    const Matrix<T> result{nullptr, byKey ? p.keys : p.queries, OF == VALUE ? p.valueWidth : p.width};
    const Matrix<T> others = OF == QUERY ? block.key() : OF == KEY ? block.query() : block.gradient();
    i64 begin = byKey && p.causal ? block.row : 0; // a multiple of a tile
    i64 end = !byKey && p.causal && block.row + TILE < p.keys ? block.row + TILE : byKey ? p.queries : p.keys;
    Product<T, TILE, GATUN_WIDTH> sum;
    sum.clear();
    if (!byKey) {
        queries.load(block, block.row, true);
    }
    for (i64 column = begin; column < end; column += TILE) {
        Product<T, TILE, TILE> weights;
        Product<T, TILE, TILE> gradients;
        if (byKey) {
            __syncthreads();
            queries.load(block, column, OF != VALUE);
            products(weights, shared, block.key(), block.row, block.query(), column);
        } else {
            products(weights, shared, block.query(), block.row, block.key(), column);
        }
        if (OF == QUERY) {
            products(gradients, shared, block.gradient(), block.row, block.value(), column);
        } else if (OF == KEY) {
            products(gradients, shared, block.value(), block.row, block.gradient(), column);
        } else {
            gradients.clear();
        }
        weights.each([&](int i, int j, Wide& dot) {
            i64 query = byKey ? column + j : block.row + i;
            i64 key = byKey ? block.row + i : column + j;
            int at = byKey ? j : i;
            bool some = query < p.queries && key < p.keys;
            dot = some ? exp(block.score(query, key, dot) - queries.largest[at]) / queries.divisor[at] : 0;
        });
        if (OF != VALUE) {
            gradients.each([&](int i, int j, Wide& x) { x -= queries.dot[byKey ? j : i]; });
            for (int k = 0; k < Product<T, TILE, TILE>::COUNT; k++) {
                weights.sum[k] *= gradients.sum[k];
            }
        }
        weights.each([&](int i, int j, Wide x) { shared.tile.weights().put(i, j, Element<T>::put(x)); });
        addWeighted(sum, shared, others, column, end, block.column);
    }
    T* out = block.base<T>(RESULT);
    Wide factor = OF == VALUE ? 1 : (Wide) p.scale;
    sum.each([&](int i, int j, Wide x) {
        i64 row = block.row + i;
        i64 column = block.column + j;
        if (row < result.rows && column < result.columns) {
            out[row * p.step[RESULT][0] + column * p.step[RESULT][1]] = Element<T>::put(x * factor);
        }
    });
}

extern "C" __global__ void __launch_bounds__(THREADS) queryGradient(Arguments p) {
    gradient<QUERY>(p);
}

extern "C" __global__ void __launch_bounds__(THREADS) keyGradient(Arguments p) {
    gradient<KEY>(p);
}

extern "C" __global__ void __launch_bounds__(THREADS) valueGradient(Arguments p) {
    gradient<VALUE>(p);
}
