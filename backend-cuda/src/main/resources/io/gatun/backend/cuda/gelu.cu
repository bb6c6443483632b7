// x times the normal distribution's probability of less than x, and the gradient. T: the element type.

#include "elementwise.cuh"

typedef Element<T>::Wide Wide;

struct Forward {
    i64 tangent; // whether a hyperbolic tangent approximates the probability
    Nest<2> nest; // result, x
};

struct Backward {
    i64 tangent;
    Nest<3> nest; // result, gradient, x
};

// The hyperbolic tangent in the approximation of Hendrycks and Gimpel, 2016.
__device__ inline Wide tangent(Wide x) {
    return tanh(x * (1 + x * x * (Wide) 0.044715) * (Wide) 0.7978845608028654);
}

__device__ inline Wide slope(Wide x) {
    Wide t = tangent(x);
    Wide inner = (1 + x * x * (Wide) (3 * 0.044715)) * (Wide) 0.7978845608028654;
    return (Wide) 0.5 * (1 + t + (1 - t * t) * inner * x);
}

// Twice the probability.
__device__ inline Wide both(Wide x) {
    return 1 + erf(x * (Wide) 0.7071067811865476);
}

extern "C" __global__ void gelu(Forward p) {
    if (p.tangent) {
        mapOne<T, T>(p.nest, [](T each) {
            Wide x = Element<T>::get(each);
            return Element<T>::put(x * (Wide) 0.5 * (1 + tangent(x)));
        });
    } else {
        mapOne<T, T>(p.nest, [](T each) {
            Wide x = Element<T>::get(each);
            return Element<T>::put(x * (Wide) 0.5 * both(x));
        });
    }
}

extern "C" __global__ void geluGradient(Backward p) {
    if (p.tangent) {
        mapTwo<T, T>(p.nest, [](T g, T each) {
            return Element<T>::put(Element<T>::get(g) * slope(Element<T>::get(each)));
        });
    } else {
        mapTwo<T, T>(p.nest, [](T g, T each) {
            Wide x = Element<T>::get(each);
            Wide density = exp(x * x * (Wide) -0.5) * (Wide) 0.3989422804014327;
            return Element<T>::put(Element<T>::get(g) * ((Wide) 0.5 * both(x) + x * density));
        });
    }
}
