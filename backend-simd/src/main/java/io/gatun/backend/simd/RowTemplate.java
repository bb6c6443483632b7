package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of reductions of contiguous runs. Class data: dtype, {@link ReduceKind} (SUM, PROD, AMAX or AMIN), the
 * operator of the same function, whether the dtype is an integer that stands for the bits of a floating-point number.
 * {@link FloatVector} stands for the dtype's vectors ({@link Stamp#exact}).
 *
 * <p>Four vectors at a time are combined as a tree, and the results are added to four accumulators in turn, which hides their
 * latency; after each 128 vectors these are added to a total, so that the rounding error of a sum grows slowly. What does not
 * fill a vector is there once more in the run's last vector: without effect on an extreme, and else masked. The order of
 * operations depends on {@code n} alone.
 *
 * <h2>Lanes</h2>
 *
 * <p>are combined in halves, by another call for many runs: {@code reduceLanes} has no specified order, and both at once would
 * be more vector operations than the JIT inlines in every run (see {@link Stamp}).
 *
 * <h2>Extremes of floating-point numbers</h2>
 *
 * <p>A maximum that minds NaN and the sign of zero takes six instructions on x86. So the loop looks at bits as integers, and has
 * an instruction for each of three extremes: of positive numbers the bits are in order, of negative ones in the opposite
 * order, and unsigned these are above the others. The largest number is the largest signed integer, or, where that is
 * negative, so that all are, the smallest unsigned one; the smallest number is the largest unsigned integer where that has
 * a sign, and else the smallest. NaNs lie beyond infinity: the largest signed integer is one then, or the largest unsigned.
 */
final class RowTemplate implements RowKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final ReduceKind KIND = Stamp.data(MethodHandles.lookup(), 1, ReduceKind.class);
    private static final VectorOperators.Binary OPERATOR =
            Stamp.data(MethodHandles.lookup(), 2, VectorOperators.Binary.class);
    private static final boolean BITS = Stamp.data(MethodHandles.lookup(), 3, Boolean.class);
    private static final VectorSpecies<Float> SPECIES = Lanes.exact(DTYPE);
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = SPECIES.elementSize() / 8;
    private static final int BLOCK = 128 * LANES;
    private static final boolean EXTREME = KIND == ReduceKind.AMAX || KIND == ReduceKind.AMIN;

    private static final long INFINITY = SIZE == Integer.BYTES ? 0x7F80_0000 : 0x7FF0_0000_0000_0000L;
    private static final long NAN = INFINITY | INFINITY >>> 1;
    private static final long MINUS_INFINITY = SIZE == Integer.BYTES ? 0xFF80_0000 : 0xFFF0_0000_0000_0000L;
    // Lane i + half to lane i, wrapping around.
    private static final VectorShuffle<Float> UPPER_32 = SPECIES.iotaShuffle(32, 1, true);
    private static final VectorShuffle<Float> UPPER_16 = SPECIES.iotaShuffle(16, 1, true);
    private static final VectorShuffle<Float> UPPER_8 = SPECIES.iotaShuffle(8, 1, true);
    private static final VectorShuffle<Float> UPPER_4 = SPECIES.iotaShuffle(4, 1, true);
    private static final VectorShuffle<Float> UPPER_2 = SPECIES.iotaShuffle(2, 1, true);
    private static final VectorShuffle<Float> UPPER_1 = SPECIES.iotaShuffle(1, 1, true);

    RowTemplate() {}

    @Override
    public void vectors(MemorySegment x, long at, long step, int rows, int n, MemorySegment totals, long totalsAt) {
        for (int row = 0; row < rows; row++) {
            if (BITS) {
                numbers(x, at + row * step, n, totals, totalsAt + row * BYTES);
            } else {
                combined(x, at + row * step, n, totals, totalsAt + row * BYTES);
            }
        }
    }

    @Override
    public void lanes(MemorySegment totals, int rows) {
        for (int row = 0; row < rows; row++) {
            FloatVector v = load(totals, row * BYTES);
            if (LANES > 32) {
                v = v.lanewise(OPERATOR, v.rearrange(UPPER_32));
            }
            if (LANES > 16) {
                v = v.lanewise(OPERATOR, v.rearrange(UPPER_16));
            }
            if (LANES > 8) {
                v = v.lanewise(OPERATOR, v.rearrange(UPPER_8));
            }
            if (LANES > 4) {
                v = v.lanewise(OPERATOR, v.rearrange(UPPER_4));
            }
            if (LANES > 2) {
                v = v.lanewise(OPERATOR, v.rearrange(UPPER_2));
            }
            v = v.lanewise(OPERATOR, v.rearrange(UPPER_1));
            v.intoMemorySegment(
                    totals, (long) row * SIZE, Lanes.ORDER); // all of it: the next one's overwrites the rest
        }
    }

    private static void combined(MemorySegment x, long at, int n, MemorySegment totals, long totalsAt) {
        FloatVector start = EXTREME ? load(x, at) : FloatVector.broadcast(SPECIES, KIND == ReduceKind.PROD ? 1L : 0L);
        FloatVector total = start;
        FloatVector first = start;
        FloatVector second = start;
        FloatVector third = start;
        FloatVector fourth = start;
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            long from = at + (long) i * SIZE;
            FloatVector left = load(x, from).lanewise(OPERATOR, load(x, from + BYTES));
            FloatVector right = load(x, from + 2 * BYTES).lanewise(OPERATOR, load(x, from + 3 * BYTES));
            FloatVector next = left.lanewise(OPERATOR, right).lanewise(OPERATOR, first);
            first = second;
            second = third;
            third = fourth;
            fourth = next;
            if (!EXTREME && (i & BLOCK - 1) == BLOCK - 4 * LANES) { // seldom: by calls of the Vector API alone
                total = start.lanewise(OPERATOR, first)
                        .lanewise(OPERATOR, second)
                        .lanewise(OPERATOR, start.lanewise(OPERATOR, third).lanewise(OPERATOR, fourth))
                        .lanewise(OPERATOR, total);
                first = start;
                second = start;
                third = start;
                fourth = start;
            }
        }
        for (; i <= n - LANES; i += LANES) { // the same
            long from = at + (long) i * SIZE;
            first = FloatVector.fromMemorySegment(SPECIES, x, from, Lanes.ORDER).lanewise(OPERATOR, first);
        }
        if (i < n) { // the same
            long from = at + (long) (n - LANES) * SIZE;
            FloatVector end = FloatVector.fromMemorySegment(SPECIES, x, from, Lanes.ORDER);
            VectorMask<Float> rest =
                    FloatVector.zero(SPECIES).addIndex(1).compare(VectorOperators.GE, (long) (LANES - n + i));
            first = (EXTREME ? end : start.blend(end, rest)).lanewise(OPERATOR, first);
        }
        start.lanewise(OPERATOR, first)
                .lanewise(OPERATOR, second)
                .lanewise(OPERATOR, start.lanewise(OPERATOR, third).lanewise(OPERATOR, fourth))
                .lanewise(OPERATOR, total)
                .intoMemorySegment(totals, totalsAt, Lanes.ORDER);
    }

    /** The extremes of floating-point numbers by their bits, as integers. */
    private static void numbers(MemorySegment x, long at, int n, MemorySegment totals, long totalsAt) {
        FloatVector end = load(x, at + (long) (n - LANES) * SIZE);
        FloatVector largest = end;
        FloatVector lowest = end;
        FloatVector highest = end;
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            long from = at + (long) i * SIZE;
            FloatVector a = load(x, from);
            FloatVector b = load(x, from + BYTES);
            FloatVector c = load(x, from + 2 * BYTES);
            FloatVector d = load(x, from + 3 * BYTES);
            largest = a.max(b).max(c.max(d)).max(largest);
            lowest = a.lanewise(VectorOperators.UMIN, b)
                    .lanewise(VectorOperators.UMIN, c.lanewise(VectorOperators.UMIN, d))
                    .lanewise(VectorOperators.UMIN, lowest);
            highest = a.lanewise(VectorOperators.UMAX, b)
                    .lanewise(VectorOperators.UMAX, c.lanewise(VectorOperators.UMAX, d))
                    .lanewise(VectorOperators.UMAX, highest);
        }
        for (; i < n - LANES; i += LANES) {
            FloatVector bits = load(x, at + (long) i * SIZE);
            largest = bits.max(largest);
            lowest = bits.lanewise(VectorOperators.UMIN, lowest);
            highest = bits.lanewise(VectorOperators.UMAX, highest);
        }
        FloatVector signed = end.max(largest);
        FloatVector unsigned = end.lanewise(VectorOperators.UMAX, highest);
        FloatVector low = end.lanewise(VectorOperators.UMIN, lowest);
        FloatVector number = KIND == ReduceKind.AMAX
                ? low.blend(signed, signed.compare(VectorOperators.GE, 0L))
                : low.blend(unsigned, unsigned.compare(VectorOperators.LT, 0L));
        number.blend(NAN, signed.compare(VectorOperators.GT, INFINITY))
                .blend(NAN, unsigned.compare(VectorOperators.UGT, MINUS_INFINITY))
                .intoMemorySegment(totals, totalsAt, Lanes.ORDER);
    }

    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(SPECIES, x, at, Lanes.ORDER);
    }
}
