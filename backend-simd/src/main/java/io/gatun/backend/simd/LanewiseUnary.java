package io.gatun.backend.simd;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/** A body that is one operator of the Vector API. Class data: the operator. */
final class LanewiseUnary<E> implements UnaryBody<E> {
    private static final VectorOperators.Unary OPERATOR =
            Stamp.data(MethodHandles.lookup(), 0, VectorOperators.Unary.class);

    LanewiseUnary() {}

    @Override
    public Vector<E> apply(Vector<E> x) {
        return x.lanewise(OPERATOR);
    }
}
