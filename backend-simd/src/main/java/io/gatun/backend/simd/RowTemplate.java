package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of reductions of contiguous runs. Class data: dtype, {@link ReduceKind} (SUM, PROD, AMAX or AMIN), the
 * {@link BinaryBody} of the same function. {@link FloatVector} stands for the dtype's vectors ({@link Stamp#exact}).
 *
 * <p>Four vectors at a time are combined as a tree, and the results are added to four accumulators in turn, which hides their
 * latency; after each 128 vectors these are added to a total, so that the rounding error of a sum grows slowly. To begin anew
 * costs as much as 40 vectors that come from memory, so that runs are long. The order of operations depends on {@code n}
 * alone.
 *
 * <p>Lanes, and what does not fill a vector, are combined in double (or long), lanes of floating-point numbers in four
 * chains: {@code reduceLanes} has no specified order, and halving by shuffles would be more vector operations than the JIT
 * inlines in every run (see {@link Stamp}).
 */
final class RowTemplate implements RowKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Access ELEMENTS = Access.own(DTYPE);
    private static final ReduceKind KIND = Stamp.data(MethodHandles.lookup(), 1, ReduceKind.class);
    private static final BinaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 2, BinaryBody.class);
    private static final VectorSpecies<?> SPECIES = Lanes.species(DTYPE);
    private static final int LANES = SPECIES.length();
    private static final int QUARTER = Math.max(1, LANES / 4);
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;
    private static final int BLOCK = 128 * LANES;
    private static final boolean EXTREME = KIND == ReduceKind.AMAX || KIND == ReduceKind.AMIN;

    RowTemplate() {}

    @Override
    public double floating(MemorySegment x, long at, int n, MemorySegment scratch) {
        int i = n - n % LANES;
        double result = Folding.identity(KIND);
        if (i > 0) {
            vectors(x, at, i, scratch);
            result = lanes(scratch);
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
            vectors(x, at, i, scratch);
            for (int lane = 0; lane < LANES; lane++) {
                result = Folding.fold(KIND, result, ELEMENTS.integer(scratch, (long) lane * SIZE));
            }
        }
        for (; i < n; i++) {
            result = Folding.fold(KIND, result, ELEMENTS.integer(x, at + (long) i * SIZE));
        }
        return result;
    }

    /** The lanes of the vector at the start of scratch. */
    private static double lanes(MemorySegment scratch) {
        double first = Folding.identity(KIND);
        double second = first;
        double third = first;
        double fourth = first;
        for (int lane = 0; lane < QUARTER; lane++) {
            first = Folding.fold(KIND, first, lane(scratch, lane));
            second = Folding.fold(KIND, second, lane(scratch, lane + QUARTER));
            if (LANES > 2) {
                third = Folding.fold(KIND, third, lane(scratch, lane + 2 * QUARTER));
                fourth = Folding.fold(KIND, fourth, lane(scratch, lane + 3 * QUARTER));
            }
        }
        return Folding.fold(KIND, Folding.fold(KIND, first, second), Folding.fold(KIND, third, fourth));
    }

    private static double lane(MemorySegment scratch, int lane) {
        return ELEMENTS.floating(scratch, (long) lane * SIZE);
    }

    /** {@code n} elements, at least a vector and nothing but vectors, combined into the vector at the start of scratch. */
    private static void vectors(MemorySegment x, long at, int n, MemorySegment scratch) {
        FloatVector start = EXTREME ? load(x, at) : identity();
        FloatVector total = start;
        FloatVector first = start;
        FloatVector second = start;
        FloatVector third = start;
        FloatVector fourth = start;
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            long from = at + (long) i * SIZE;
            FloatVector left = combine(load(x, from), load(x, from + BYTES));
            FloatVector right = combine(load(x, from + 2 * BYTES), load(x, from + 3 * BYTES));
            FloatVector next = combine(combine(left, right), first);
            first = second;
            second = third;
            third = fourth;
            fourth = next;
            if (!EXTREME && (i & BLOCK - 1) == BLOCK - 4 * LANES) {
                total = combine(sum(start, first, second, third, fourth), total);
                first = start;
                second = start;
                third = start;
                fourth = start;
            }
        }
        for (; i < n; i += LANES) {
            first = combine(load(x, at + (long) i * SIZE), first);
        }
        total = combine(sum(start, first, second, third, fourth), total);
        total.intoMemorySegment(scratch, 0, Lanes.ORDER);
    }

    private static FloatVector sum(FloatVector start, FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
        return combine(combine(combine(start, a), b), combine(combine(start, c), d));
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
