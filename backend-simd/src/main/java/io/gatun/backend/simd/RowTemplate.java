package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of reductions of contiguous runs. Class data: dtype, {@link ReduceKind} (SUM, PROD, AMAX or AMIN), the
 * {@link BinaryBody} of the same function. {@link FloatVector} stands for the dtype's vectors ({@link Stamp#exact}).
 *
 * <p>Four vectors at a time are combined as a tree, and the results are added to two accumulators in turn, which hides their
 * latency, and makes the rounding error of a sum grow with an eighth of the number of vectors. The order of operations
 * depends on {@code n} alone.
 *
 * <p>Extremes of floating-point numbers are first looked for as if there were neither NaN nor a zero with a sign: a
 * comparison and a choice take a third of the time of an exact maximum. The sum of all, taken beside them, is NaN if
 * anything is; then, or if the extreme is a zero, it is done again exactly.
 *
 * <p>Lanes, and what does not fill a vector, are combined in double (or long), lanes in four chains: {@code reduceLanes} has
 * no specified order.
 */
final class RowTemplate implements RowKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Access ELEMENTS = Access.own(DTYPE);
    private static final ReduceKind KIND = Stamp.data(MethodHandles.lookup(), 1, ReduceKind.class);
    private static final BinaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 2, BinaryBody.class);
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final int LANES = SPECIES.length();
    private static final boolean FLOATING = DTYPE.isFloatingPoint();
    private static final VectorShuffle<?> BY_1 = VectorShuffle.iota(SPECIES, 1, 1, true);
    private static final VectorShuffle<?> BY_2 = VectorShuffle.iota(SPECIES, 2, 1, true);
    private static final VectorShuffle<?> BY_4 = VectorShuffle.iota(SPECIES, 4, 1, true);
    private static final VectorShuffle<?> BY_8 = VectorShuffle.iota(SPECIES, 8, 1, true);
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;
    private static final boolean EXTREME = KIND == ReduceKind.AMAX || KIND == ReduceKind.AMIN;
    private static final VectorOperators.Comparison BEATEN =
            KIND == ReduceKind.AMAX ? VectorOperators.LT : VectorOperators.GT;

    RowTemplate() {}

    @Override
    public double floating(MemorySegment x, long at, int n, MemorySegment scratch) {
        int i = n - n % LANES;
        double result = Folding.identity(KIND);
        if (i > 0) {
            boolean done = EXTREME && extreme(x, at, i, scratch);
            result = done ? ELEMENTS.floating(scratch, 0) : 0;
            if (result == 0) {
                exact(x, at, i, scratch);
                result = ELEMENTS.floating(scratch, 0);
            }
        }
        for (; i < n; i++) {
            result = Folding.fold(KIND, result, ELEMENTS.floating(x, at + (long) i * SIZE));
        }
        return result;
    }

    @Override
    public long integer(MemorySegment x, long at, int n, MemorySegment scratch) {
        int i = n - n % LANES;
        long result = Folding.integerIdentity(KIND);
        if (i > 0) {
            exact(x, at, i, scratch);
            for (int lane = 0; lane < LANES; lane++) {
                result = Folding.fold(KIND, result, ELEMENTS.integer(scratch, (long) lane * SIZE));
            }
        }
        for (; i < n; i++) {
            result = Folding.fold(KIND, result, ELEMENTS.integer(x, at + (long) i * SIZE));
        }
        return result;
    }

    /** {@code n} elements, at least a vector and nothing but vectors, combined into the vector at the start of scratch. */
    private static void exact(MemorySegment x, long at, int n, MemorySegment scratch) {
        FloatVector first = EXTREME ? load(x, at) : identity();
        FloatVector second = first;
        FloatVector third = first;
        FloatVector fourth = first;
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            long from = at + (long) i * SIZE;
            FloatVector left = combine(load(x, from), load(x, from + BYTES));
            FloatVector right = combine(load(x, from + 2 * BYTES), load(x, from + 3 * BYTES));
            FloatVector next = combine(first, combine(left, right));
            first = second;
            second = third;
            third = fourth;
            fourth = next;
        }
        for (; i < n; i += LANES) {
            first = combine(first, load(x, at + (long) i * SIZE));
        }
        halves(combine(combine(first, second), combine(third, fourth)), true)
                .intoMemorySegment(scratch, 0, Lanes.ORDER);
    }

    /** The same, but for the sign of zeros. Returns false if there may be a NaN. */
    private static boolean extreme(MemorySegment x, long at, int n, MemorySegment scratch) {
        FloatVector first = load(x, at);
        FloatVector second = first;
        FloatVector third = first;
        FloatVector fourth = first;
        FloatVector sum = identity();
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            long from = at + (long) i * SIZE;
            FloatVector a = load(x, from);
            FloatVector b = load(x, from + BYTES);
            first = better(first, a);
            second = better(second, b);
            FloatVector c = load(x, from + 2 * BYTES);
            FloatVector d = load(x, from + 3 * BYTES);
            third = better(third, c);
            fourth = better(fourth, d);
            sum = sum.add(a.add(b).add(c.add(d)));
        }
        for (; i < n; i += LANES) {
            FloatVector a = load(x, at + (long) i * SIZE);
            first = better(first, a);
            sum = sum.add(a);
        }
        halves(better(better(first, second), better(third, fourth)), false).intoMemorySegment(scratch, 0, Lanes.ORDER);
        return !sum.compare(VectorOperators.NE, sum).anyTrue();
    }

    private static FloatVector better(FloatVector a, FloatVector b) {
        return a.blend(b, a.compare(BEATEN, b));
    }

    /** All lanes of floating-point numbers in lane 0, upper half to lower half. */
    private static FloatVector halves(FloatVector v, boolean exact) {
        FloatVector result = v;
        if (FLOATING && LANES > 8) {
            result = half(result, BY_8, exact);
        }
        if (FLOATING && LANES > 4) {
            result = half(result, BY_4, exact);
        }
        if (FLOATING && LANES > 2) {
            result = half(result, BY_2, exact);
        }
        return FLOATING ? half(result, BY_1, exact) : result;
    }

    @SuppressWarnings("unchecked")
    private static FloatVector half(FloatVector v, VectorShuffle<?> shuffle, boolean exact) {
        FloatVector other = v.rearrange((VectorShuffle<Float>) shuffle);
        return exact ? combine(v, other) : better(v, other);
    }

    @SuppressWarnings("unchecked")
    private static FloatVector combine(FloatVector a, FloatVector b) {
        return (FloatVector) ((BinaryBody<Float>) BODY).apply(a, b);
    }

    @SuppressWarnings("unchecked")
    private static FloatVector identity() {
        return FloatVector.broadcast((VectorSpecies<Float>) SPECIES, KIND == ReduceKind.PROD ? 1L : 0L);
    }

    @SuppressWarnings("unchecked")
    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment((VectorSpecies<Float>) SPECIES, x, at, Lanes.ORDER);
    }
}
