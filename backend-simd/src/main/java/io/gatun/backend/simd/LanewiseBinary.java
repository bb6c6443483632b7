package io.gatun.backend.simd;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/** A body that is one operator of the Vector API. Class data: the operator. */
final class LanewiseBinary<E> implements BinaryBody<E> {
    private static final VectorOperators.Binary OPERATOR =
            Stamp.data(MethodHandles.lookup(), 0, VectorOperators.Binary.class);

    LanewiseBinary() {}

    @Override
    public Vector<E> apply(Vector<E> a, Vector<E> b) {
        return a.lanewise(OPERATOR, b);
    }
}
