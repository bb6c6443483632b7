// Elements moved as they are, by their size.

#include "elementwise.cuh"

struct CopyArguments {
    Nest<2> nest; // result, operand
};

struct WhereArguments {
    Nest<4> nest; // result, condition, operands
};

#define MOVE(T, BYTES) \
    extern "C" __global__ void copy##BYTES(CopyArguments p) { \
        mapOne<T, T>(p.nest, [](T x) { return x; }); \
    } \
    extern "C" __global__ void where##BYTES(WhereArguments p) { \
        mapThree<BOOL, T>(p.nest, [](BOOL c, T a, T b) { return c.bits != 0 ? a : b; }); \
    }

MOVE(unsigned char, 1)
MOVE(unsigned short, 2)
MOVE(unsigned, 4)
MOVE(u64, 8)
