// What reductions and scans keep while they go along a row: the operations, each with what it keeps, what that is of no
// element, of one, of two parts joined, and what becomes of it.
//
// Joining is associative but for rounding, and the earlier part is the first operand. Sums are kept in the element's Wide,
// running ones and products in double, integers in as many bits as wrap around like them.

#pragma once

#include "gatun.cuh"

template <bool FIRST, typename A, typename B> struct Choice { typedef A Type; };
template <typename A, typename B> struct Choice<false, A, B> { typedef B Type; };

template <typename T, typename FLOATING> struct Wrapping {
    typedef typename Choice<sizeof(T) == 8, u64, unsigned>::Type Integer;
    typedef typename Choice<Element<T>::floating, FLOATING, Integer>::Type Type;
};

// ---- totals

template <typename T, typename FLOATING = typename Element<T>::Wide> struct Sum {
    typedef typename Wrapping<T, FLOATING>::Type Kept;
    typedef T Result;
    __device__ static Kept none() { return 0; }
    __device__ static Kept of(T x, i64) { return (Kept) Element<T>::get(x); }
    __device__ static Kept join(Kept a, Kept b) { return a + b; }
    __device__ static T result(Kept x, i64 divisor) {
        if constexpr (Element<T>::floating) {
            x = divisor < 0 ? x : x / (Kept) divisor;
        }
        return Element<T>::put((typename Element<T>::Wide) x);
    }
};

template <typename T> struct Product {
    typedef typename Wrapping<T, double>::Type Kept;
    typedef T Result;
    __device__ static Kept none() { return 1; }
    __device__ static Kept of(T x, i64) { return (Kept) Element<T>::get(x); }
    __device__ static Kept join(Kept a, Kept b) { return a * b; }
    __device__ static T result(Kept x, i64) { return Element<T>::put((typename Element<T>::Wide) x); }
};

// ---- extremes

template <typename T> struct Range {
    typedef int Type;
    __device__ static int least() { return -0x7FFFFFFF - 1; }
    __device__ static int most() { return 0x7FFFFFFF; }
};

template <> struct Range<BOOL> {
    typedef int Type;
    __device__ static int least() { return 0; }
    __device__ static int most() { return 1; }
};

template <> struct Range<I64> {
    typedef i64 Type;
    __device__ static i64 least() { return -0x7FFFFFFFFFFFFFFFLL - 1; }
    __device__ static i64 most() { return 0x7FFFFFFFFFFFFFFFLL; }
};

template <typename W> struct FloatingRange {
    typedef W Type;
    __device__ static W least() { return -GATUN_INFINITY; }
    __device__ static W most() { return GATUN_INFINITY; }
};

template <> struct Range<F16> : FloatingRange<float> {};
template <> struct Range<BF16> : FloatingRange<float> {};
template <> struct Range<F32> : FloatingRange<float> {};
template <> struct Range<F64> : FloatingRange<double> {};

// NaN if any is; of two zeros the largest is 0 if either is, the smallest -0 if either is.
template <typename T, bool LARGEST> struct Extreme {
    typedef typename Range<T>::Type Kept;
    typedef T Result;
    __device__ static Kept none() { return LARGEST ? Range<T>::least() : Range<T>::most(); }
    __device__ static Kept of(T x, i64) { return (Kept) Element<T>::get(x); }
    __device__ static Kept join(Kept a, Kept b) {
        if (a != a || (LARGEST ? a > b : a < b)) {
            return a;
        }
        if (b != b || a != b) {
            return b;
        }
        return a != 0 ? a : LARGEST ? a + b : -(-a + -b);
    }
    __device__ static T result(Kept x, i64) { return Element<T>::put((typename Element<T>::Wide) x); }
};

template <typename V> struct Place {
    V value;
    i64 index; // negative for no element
};

// Where the largest or smallest is; LAST: the last of equals, else the first; a NaN wins, likewise the last or the first.
template <typename T, bool LARGEST, bool LAST> struct PlaceOf {
    typedef typename Range<T>::Type Value;
    typedef Place<Value> Kept;
    typedef I64 Result;
    __device__ static Kept none() { return Kept{0, -1}; }
    __device__ static Kept of(T x, i64 index) { return Kept{(Value) Element<T>::get(x), index}; }
    __device__ static Kept join(Kept a, Kept b) {
        if (a.index < 0) {
            return b;
        }
        if (b.index < 0) {
            return a;
        }
        bool noNumberA = a.value != a.value;
        bool noNumberB = b.value != b.value;
        if (noNumberA != noNumberB) {
            return noNumberA ? a : b;
        }
        if (noNumberA || a.value == b.value) {
            return (a.index < b.index) == LAST ? b : a;
        }
        return (LARGEST ? a.value > b.value : a.value < b.value) ? a : b;
    }
    __device__ static I64 result(Kept x, i64) { return x.index; }
};

// ---- between the threads of a warp

const unsigned WHOLE_WARP = 0xFFFFFFFFu;

template <typename V> __device__ V fromAbove(V x, int by, int width) {
    return __shfl_down_sync(WHOLE_WARP, x, by, width);
}

template <typename V> __device__ Place<V> fromAbove(Place<V> x, int by, int width) {
    return Place<V>{fromAbove(x.value, by, width), fromAbove(x.index, by, width)};
}

template <typename V> __device__ V fromBelow(V x, int by) {
    return __shfl_up_sync(WHOLE_WARP, x, by, 32);
}

template <typename V> __device__ Place<V> fromBelow(Place<V> x, int by) {
    return Place<V>{fromBelow(x.value, by), fromBelow(x.index, by)};
}
