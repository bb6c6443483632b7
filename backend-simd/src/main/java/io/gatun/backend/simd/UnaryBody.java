package io.gatun.backend.simd;

import jdk.incubator.vector.Vector;

/** What a {@link UnaryTemplate} does to a vector. A constant of the copy, so that the call is inlined. */
@FunctionalInterface
interface UnaryBody<E> {
    /** The function of every lane. */
    Vector<E> apply(Vector<E> x);
}
