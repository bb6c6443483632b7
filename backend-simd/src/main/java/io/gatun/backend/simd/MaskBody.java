package io.gatun.backend.simd;

import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;

/** What a {@link MaskTemplate} asks of two vectors. A constant of the copy, so that the call is inlined. */
@FunctionalInterface
interface MaskBody<E> {
    /** The answer for the lanes of {@code a} and {@code b}. */
    VectorMask<E> apply(Vector<E> a, Vector<E> b);
}
