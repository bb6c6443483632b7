// The functions that random numbers are defined by (PhiloxFunctions in tensor-api), operation by operation: none is fused with
// another unless written so, which a compiler may otherwise do.

#pragma once
#include "gatun.cuh"

// A double whose operations are each rounded.
struct Strict {
    double value;

    __device__ Strict(double value) : value(value) {}

    __device__ static Strict of(i64 bits) { return Strict(__longlong_as_double(bits)); }
    __device__ i64 bits() const { return __double_as_longlong(value); }
    __device__ Strict operator-() const { return Strict(-value); }
};

__device__ inline Strict operator+(Strict a, Strict b) { return __dadd_rn(a.value, b.value); }
__device__ inline Strict operator-(Strict a, Strict b) { return __dsub_rn(a.value, b.value); }
__device__ inline Strict operator*(Strict a, Strict b) { return __dmul_rn(a.value, b.value); }
__device__ inline Strict operator/(Strict a, Strict b) { return __ddiv_rn(a.value, b.value); }

// a b + c, rounded once.
__device__ inline Strict fused(Strict a, Strict b, Strict c) { return __fma_rn(a.value, b.value, c.value); }

const double ROUNDING_TO_INTEGERS = 0x1.8p52; // added to a number it leaves the nearest integer in the low bits

// Of a normal number above 0.
__device__ inline Strict strictLog(Strict u) {
    i64 exponent = (u.bits() - 0x3FE6A09E667F3BCDll) >> 52; // less sqrt(1/2)
    Strict f = Strict::of((i64) ((u64) u.bits() - ((u64) exponent << 52))) - 1.0;
    Strict s = f / (f + 2.0);
    Strict z = s * s;
    Strict p = 0.1461725406857548;
    p = fused(p, z, 0.15331654150263807);
    p = fused(p, z, 0.1818289118770998);
    p = fused(p, z, 0.2222221110741621);
    p = fused(p, z, 0.2857142862611354);
    p = fused(p, z, 0.39999999999899455);
    p = fused(p, z, 0.666666666666667);
    return fused((double) exponent, 0x1.62e42fefa39efp-1, fused(s * z, p, s + s));
}

// cos(2 pi turns), for multiples of 2^-54 whose magnitude is at most 1.
__device__ inline Strict strictCosine(Strict turns) {
    Strict quarters = fused(turns, 4.0, ROUNDING_TO_INTEGERS);
    Strict r = fused(quarters - ROUNDING_TO_INTEGERS, -0.25, turns);
    Strict z = r * r;
    Strict even = -1.6925569987649849;
    even = fused(even, z, 7.902847521651148);
    even = fused(even, z, -26.426245411406256);
    even = fused(even, z, 60.24464126692856);
    even = fused(even, z, -85.45681720616079);
    even = fused(even, z, 64.93939402266695);
    even = fused(even, z, -19.739208802178716);
    even = fused(even, z, 1.0);
    Strict odd = 3.7761210919907997;
    odd = fused(odd, z, -15.093562599270248);
    odd = fused(odd, z, 42.058680289090525);
    odd = fused(odd, z, -76.70585965977759);
    odd = fused(odd, z, 81.60524927574441);
    odd = fused(odd, z, -41.341702240399236);
    odd = fused(odd, z, 6.283185307179586);
    u64 quadrant = (u64) quarters.bits();
    Strict value = (quadrant & 1) == 0 ? even : odd * r;
    return Strict::of((i64) ((u64) value.bits() ^ (quadrant + 1 & 2) << 62));
}

// sin(2 pi turns), for such multiples: of these a quarter is taken exactly.
__device__ inline Strict strictSine(Strict turns) { return strictCosine(turns - 0.25); }

// 2 to the power that the low bits are.
__device__ inline Strict powerOfTwo(i64 bits) {
    return Strict::of((i64) (((u64) bits << 52) + 0x3FF0000000000000ull));
}

__device__ inline Strict strictExp(Strict x) {
    if (x.value < -746) {
        return 0.0;
    }
    if (x.value > 711) {
        return x * 0x1p1023; // infinite
    }
    Strict quotient = fused(x, 0x1.71547652b82fep0, ROUNDING_TO_INTEGERS);
    Strict n = quotient - ROUNDING_TO_INTEGERS;
    Strict first = fused(n, -0x1.62e42fefa2p-1, x);
    Strict second = fused(n, -0x1.9ef35793c7673p-41, 0.0);
    Strict r = first + second;
    Strict p = 2.506844712948133e-08;
    p = fused(p, r, 2.762024427411413e-07);
    p = fused(p, r, 2.755735503097864e-06);
    p = fused(p, r, 2.4801520907793027e-05);
    p = fused(p, r, 0.00019841269784775977);
    p = fused(p, r, 0.001388888891753731);
    p = fused(p, r, 0.008333333333356322);
    p = fused(p, r, 0.041666666666623116);
    p = fused(p, r, 0.16666666666666644);
    p = fused(p, r, 0.5000000000000001);
    Strict growth = fused(p, r * r, second) + first;
    i64 half = quotient.bits() >> 1;
    Strict low = powerOfTwo(half);
    return fused(growth, low, low) * powerOfTwo(quotient.bits() - half);
}
