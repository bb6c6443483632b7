// The zeta function of two operands. T: their element type, a floating-point one.

#include "binary.cuh"
#include "special.cuh"

extern "C" __global__ void hurwitzZeta(Arguments p) {
    mapPairs(p.nest, [](Wide s, Wide q) { return (Wide) zeta(s, q); });
}
