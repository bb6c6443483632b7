// Rows sorted, stably: what is sorted are keys, numbers without a sign that are ordered as the elements are, each with the
// element's index below it, so that no two are equal and any way of sorting is a stable one.
//
// Tiles are sorted in shared memory by a bitonic network (K. Batcher, "Sorting networks and their applications", 1968): short
// rows are done with that, several in a block. Of longer ones the sorted runs are merged two by two, a block for each piece of
// the result: where it begins in both runs is found by bisection (O. Green, R. McColl, D. Bader, "GPU merge path", 2012). Of
// a run no more is kept than the `kept` first: of no other can the result have anything.
//
// GATUN_WIDE: the key and the index are of 64 bits each, else of 32 in one number.

#include "gatun.cuh"

const int TILE = 1024; // items that a block sorts, or a piece of a merged run

#if GATUN_WIDE
typedef u64 Key;
struct Item {
    u64 key;
    u64 index;
};
__device__ inline Item itemOf(Key key, i64 index) { return Item{key, (u64) index}; }
__device__ inline i64 indexOf(Item x) { return (i64) x.index; }
__device__ inline bool comesBefore(Item a, Item b) { return a.key < b.key || (a.key == b.key && a.index < b.index); }
__device__ inline Item lastItem() { return Item{~0ULL, ~0ULL}; }
#else
typedef unsigned Key;
typedef u64 Item;
__device__ inline Item itemOf(Key key, i64 index) { return (u64) key << 32 | (u64) index; }
__device__ inline i64 indexOf(Item x) { return (i64) (x & 0xFFFFFFFFu); }
__device__ inline bool comesBefore(Item a, Item b) { return a < b; }
__device__ inline Item lastItem() { return ~0ULL; }
#endif

// ---- keys: NaN, whatever its sign, is the largest; 0 and -0 are equal

__device__ inline Key ofSigned(i64 x) {
    return (Key) x ^ (Key) 1 << (sizeof(Key) * 8 - 1);
}

__device__ inline Key keyOf(float x) {
    unsigned bits = x == 0 ? 0 : (unsigned) __float_as_int(x);
    unsigned key = bits >> 31 ? ~bits : bits | 0x80000000u;
    return x != x ? ~(Key) 0 : key;
}

__device__ inline Key keyOf(double x) {
    u64 bits = x == 0 ? 0 : (u64) __double_as_longlong(x);
    u64 key = bits >> 63 ? ~bits : bits | 1ULL << 63;
    return x != x ? ~(Key) 0 : (Key) key;
}

__device__ inline Key keyOf(bool x) { return x; }
__device__ inline Key keyOf(signed char x) { return ofSigned(x); }
__device__ inline Key keyOf(unsigned char x) { return x; }
__device__ inline Key keyOf(short x) { return ofSigned(x); }
__device__ inline Key keyOf(int x) { return ofSigned(x); }
__device__ inline Key keyOf(i64 x) { return ofSigned(x); }

// ---- tiles

struct Tiles {
    i64 length; // of a row
    i64 descending;
    i64 first; // of the result, in the order
    i64 count; // of the result
    i64 kept; // of each run
    i64 runs; // of a row
    i64 width; // of a run: a power of two
    i64 slots; // items that a block has room for: a multiple of the width
    i64 stride; // of the operand, along a row
    i64 valueStride;
    i64 indexStride;
    i64 pitch; // items from row to row
    void* items; // of what has more runs than one
    Nest<3> rows; // operand, values, indices: the first element of each row
};

__device__ inline void put(const Tiles& p, const i64 at[3], i64 place, Item item) {
    i64 index = indexOf(item);
    ((T*) p.rows.base[1])[at[1] + place * p.valueStride] = ((const T*) p.rows.base[0])[at[0] + index * p.stride];
    ((I64*) p.rows.base[2])[at[2] + place * p.indexStride] = index;
}

__device__ inline void sortSlots(Item* items, int slots, int width) {
    for (int size = 2; size <= width; size *= 2) {
        for (int by = size / 2; by > 0; by /= 2) {
            __syncthreads();
            for (int pair = threadIdx.x; pair < slots / 2; pair += blockDim.x) {
                int low = 2 * pair - (pair & (by - 1));
                bool up = size == width || (low & size) == 0;
                Item a = items[low];
                Item b = items[low + by];
                if (comesBefore(b, a) == up) {
                    items[low] = b;
                    items[low + by] = a;
                }
            }
        }
    }
    __syncthreads();
}

extern "C" __global__ void sortTiles(Tiles p) {
    __shared__ Item items[TILE];
    int width = (int) p.width;
    int slots = (int) p.slots;
    i64 all = p.rows.count * p.runs;
    for (i64 begin = (i64) blockIdx.x * (slots / width); begin < all; begin += (i64) gridDim.x * (slots / width)) {
        for (int slot = threadIdx.x; slot < slots; slot += blockDim.x) {
            i64 task = begin + slot / width;
            i64 row = task / p.runs;
            i64 i = (task - row * p.runs) * width + slot % width;
            Item item = lastItem();
            if (task < all && i < p.length) {
                i64 at[3];
                p.rows.at(row, at);
                Key key = keyOf(Element<T>::get(((const T*) p.rows.base[0])[at[0] + i * p.stride]));
                item = itemOf(p.descending ? ~key : key, i);
            }
            items[slot] = item;
        }
        sortSlots(items, slots, width);
        for (int slot = threadIdx.x; slot < slots; slot += blockDim.x) {
            i64 task = begin + slot / width;
            i64 row = task / p.runs;
            i64 run = task - row * p.runs;
            int place = slot % width;
            if (task >= all || run * width + place >= p.length || place >= p.kept) {
                continue;
            }
            if (p.runs > 1) {
                ((Item*) p.items)[row * p.pitch + run * p.kept + place] = items[slot];
            } else if (place >= p.first) {
                i64 at[3];
                p.rows.at(row, at);
                put(p, at, place - p.first, items[slot]);
            }
        }
        __syncthreads();
    }
}

// ---- merging

struct Merge {
    i64 rows;
    i64 pitch; // items from row to row
    i64 runs; // of a row
    i64 length; // of each run but the last
    i64 lastLength;
    i64 merged; // length of each merged run, but the last
    void* items;
    void* result;
};

// How many of the first `count` of the merged run are of `a`.
__device__ inline i64 fromFirst(const Item* a, i64 lengthA, const Item* b, i64 lengthB, i64 count) {
    i64 low = count > lengthB ? count - lengthB : 0;
    i64 high = count < lengthA ? count : lengthA;
    while (low < high) {
        i64 middle = (low + high) / 2;
        if (comesBefore(b[count - 1 - middle], a[middle])) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

extern "C" __global__ void mergeRuns(Merge p) {
    __shared__ Item items[TILE];
    __shared__ i64 bounds[2];
    i64 pairs = (p.runs + 1) / 2;
    i64 pieces = (p.merged + TILE - 1) / TILE;
    for (i64 task = blockIdx.x; task < p.rows * pairs * pieces; task += gridDim.x) {
        i64 row = task / (pairs * pieces);
        i64 pair = task / pieces - row * pairs;
        i64 from = (task % pieces) * TILE;
        const Item* a = (const Item*) p.items + row * p.pitch + 2 * pair * p.length;
        const Item* b = a + p.length;
        i64 lengthA = 2 * pair < p.runs - 1 ? p.length : p.lastLength;
        i64 lengthB = 2 * pair + 1 < p.runs - 1 ? p.length : 2 * pair + 1 == p.runs - 1 ? p.lastLength : 0;
        i64 end = lengthA + lengthB < p.merged ? lengthA + lengthB : p.merged;
        int count = (int) (end - from < TILE ? end - from : TILE);
        if (count <= 0) {
            continue; // the same for the whole block
        }
        if (threadIdx.x < 2) {
            bounds[threadIdx.x] = fromFirst(a, lengthA, b, lengthB, threadIdx.x == 0 ? from : from + count);
        }
        __syncthreads();
        i64 beginA = bounds[0];
        i64 beginB = from - beginA;
        int countA = (int) (bounds[1] - beginA);
        int countB = count - countA;
        for (int i = threadIdx.x; i < count; i += blockDim.x) {
            items[i] = i < countA ? a[beginA + i] : b[beginB + i - countA];
        }
        __syncthreads();
        Item* result = (Item*) p.result + row * p.pitch + pair * p.merged + from;
        int each = TILE / (int) blockDim.x;
        int first = (int) threadIdx.x * each;
        if (first < count) {
            int i = (int) fromFirst(items, countA, items + countA, countB, first);
            int j = countA + first - i;
            for (int k = first; k < first + each && k < count; k++) {
                bool takesA = j == count || (i < countA && comesBefore(items[i], items[j]));
                result[k] = items[takesA ? i++ : j++];
            }
        }
        __syncthreads();
    }
}

extern "C" __global__ void putSorted(Tiles p) {
    for (i64 i = firstIndex(); i < p.rows.count * p.count; i += indexStep()) {
        i64 row = i / p.count;
        i64 place = i - row * p.count;
        i64 at[3];
        p.rows.at(row, at);
        put(p, at, place, ((const Item*) p.items)[row * p.pitch + p.first + place]);
    }
}
