package io.gatun.backend.simd;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The bodies of comparisons and predicates. Class data: the operator, and whether a is compared with 0 instead of b. An
 * operator that is a test looks at a alone.
 */
final class MaskBodies<E> implements MaskBody<E> {
    private static final VectorOperators.Operator OPERATOR =
            Stamp.data(MethodHandles.lookup(), 0, VectorOperators.Operator.class);
    private static final boolean WITH_ZERO = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);

    MaskBodies() {}

    @Override
    public VectorMask<E> apply(Vector<E> a, Vector<E> b) {
        if (OPERATOR instanceof VectorOperators.Test test) {
            return a.test(test);
        }
        VectorOperators.Comparison comparison = (VectorOperators.Comparison) OPERATOR;
        return WITH_ZERO ? a.compare(comparison, 0) : a.compare(comparison, b);
    }
}
