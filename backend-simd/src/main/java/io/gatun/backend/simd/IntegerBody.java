package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/** Functions of one vector of integers that the Vector API lacks. Class data: the {@link UnaryKind}, whether unsigned. */
final class IntegerBody<E> implements UnaryBody<E> {
    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, UnaryKind.class);
    private static final boolean UNSIGNED = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);

    IntegerBody() {}

    @Override
    public Vector<E> apply(Vector<E> x) {
        return switch (KIND) {
            case SQUARE -> x.mul(x);
            case RELU -> x.max(x.broadcast(0));
            case SIGN ->
                UNSIGNED
                        ? x.lanewise(VectorOperators.UMIN, x.broadcast(1))
                        : x.min(x.broadcast(1)).max(x.broadcast(-1));
            default -> throw Stamp.notHere(KIND);
        };
    }
}
