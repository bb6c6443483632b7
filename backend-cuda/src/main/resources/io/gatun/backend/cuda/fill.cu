// One value everywhere, by the size of the elements.

#include "elementwise.cuh"

struct FillArguments {
    u64 bits; // of the value, the low ones
    Nest<1> nest;
};

template <typename E> __device__ void fill(const FillArguments& p) {
    const int COUNT = 16 / sizeof(E);
    E* out = (E*) p.nest.base[0];
    E value = (E) p.bits;
    if (p.nest.loops == 1 && p.nest.stride[0][0] == 1) {
        Pack<E, COUNT> pack;
        for (int k = 0; k < COUNT; k++) {
            pack.element[k] = value;
        }
        i64 before = (i64) ((16 - ((u64) out & 15)) % 16 / sizeof(E)); // up to where accesses of 16 bytes are aligned
        before = before < p.nest.count ? before : p.nest.count;
        i64 packs = (p.nest.count - before) / COUNT;
        Pack<E, COUNT>* aligned = (Pack<E, COUNT>*) (out + before);
        for (i64 i = firstIndex(); i < packs; i += indexStep()) {
            aligned[i] = pack;
        }
        i64 after = before + packs * COUNT;
        for (i64 i = firstIndex(); i < before + p.nest.count - after; i += indexStep()) {
            out[i < before ? i : after + i - before] = value;
        }
        return;
    }
    for (i64 i = firstIndex(); i < p.nest.count; i += indexStep()) {
        i64 at[1];
        p.nest.at(i, at);
        out[at[0]] = value;
    }
}

extern "C" __global__ void fill1(FillArguments p) { fill<unsigned char>(p); }
extern "C" __global__ void fill2(FillArguments p) { fill<unsigned short>(p); }
extern "C" __global__ void fill4(FillArguments p) { fill<unsigned>(p); }
extern "C" __global__ void fill8(FillArguments p) { fill<u64>(p); }
