package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/** Functions of one vector of integers that the Vector API lacks: square, relu and sign. Class data: the {@link UnaryKind}, whether unsigned. */
final class IntegerBody<E> implements UnaryBody<E> {
    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, UnaryKind.class);
    private static final boolean UNSIGNED = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);

    IntegerBody() {}

    @Override
    public Vector<E> apply(Vector<E> x) {
        if (KIND == UnaryKind.SQUARE) {
            return x.mul(x);
        }
        if (KIND == UnaryKind.RELU) {
            return x.max(x.broadcast(0));
        }
        return UNSIGNED
                ? x.lanewise(VectorOperators.UMIN, x.broadcast(1))
                : x.min(x.broadcast(1)).max(x.broadcast(-1));
    }
}
