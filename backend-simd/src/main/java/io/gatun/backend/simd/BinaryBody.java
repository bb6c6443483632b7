package io.gatun.backend.simd;

import jdk.incubator.vector.Vector;

/** What a {@link BinaryTemplate} does to two vectors. A constant of the copy, so that the call is inlined. */
@FunctionalInterface
interface BinaryBody<E> {
    /** The function of the lanes of {@code a} and {@code b}. */
    Vector<E> apply(Vector<E> a, Vector<E> b);
}
