package io.gatun.backend.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The sum of a vector's lanes, always added in the same order: upper half to lower half until one lane is left.
 *
 * <p>{@code reduceLanes(ADD)} must not be used on floating-point vectors where results are to be reproducible: its order is
 * unspecified, and in fact the interpreter adds lane after lane while compiled code adds in a tree, so that the same sum
 * changes its last bits when the JIT gets to it.
 */
final class LaneSum {

    private static final VectorSpecies<Float> F = VectorWidth.species(float.class);
    private static final VectorSpecies<Double> D = VectorWidth.species(double.class);

    private static final VectorShuffle<Float> F8 = upper(F, 8);
    private static final VectorShuffle<Float> F4 = upper(F, 4);
    private static final VectorShuffle<Float> F2 = upper(F, 2);
    private static final VectorShuffle<Float> F1 = upper(F, 1);
    private static final VectorShuffle<Double> D4 = upper(D, 4);
    private static final VectorShuffle<Double> D2 = upper(D, 2);
    private static final VectorShuffle<Double> D1 = upper(D, 1);

    private LaneSum() {}

    /** Moves lane {@code i + half} to lane {@code i}, wrapping around. */
    private static <E> VectorShuffle<E> upper(VectorSpecies<E> species, int half) {
        return VectorShuffle.fromOp(species, i -> (i + half) % species.length());
    }

    /** The sum of a vector of {@link VectorWidth}'s species. */
    static float of(FloatVector v) {
        FloatVector s = v;
        if (F.length() > 8) {
            s = s.add(s.rearrange(F8));
        }
        if (F.length() > 4) {
            s = s.add(s.rearrange(F4));
        }
        if (F.length() > 2) {
            s = s.add(s.rearrange(F2));
        }
        return s.add(s.rearrange(F1)).lane(0);
    }

    /** The sum of a vector of {@link VectorWidth}'s species. */
    static double of(DoubleVector v) {
        DoubleVector s = v;
        if (D.length() > 4) {
            s = s.add(s.rearrange(D4));
        }
        if (D.length() > 2) {
            s = s.add(s.rearrange(D2));
        }
        return s.add(s.rearrange(D1)).lane(0);
    }
}
