package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of {@link Transposition}: squares of as many rows as a vector has lanes. Class data: a species of integers.
 *
 * <p>Of n lanes: interleaving each row i with row i + n/2 into the rows 2i and 2i + 1 moves the highest bit of an element's
 * row number to the low end of its column number, and the highest bit of its column number to the low end of its row
 * number. Done log2(n) times it has exchanged the two. Worked example of 4 lanes, rows abcd, efgh, ijkl, mnop: the first
 * pass gives aibj, ckdl, emfn, gohp, the second aeim, bfjn, cgko, dhlp. Two passes at a time are done in registers, and what
 * is between them stays in the first cache.
 */
final class TransposeTemplate implements Transposition.Square {
    private static final VectorSpecies<?> SPECIES = Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);
    private static final int LANES = SPECIES.length();
    private static final int PASSES = Integer.numberOfTrailingZeros(LANES);
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final Vector<?> LOW = interleaved(0);
    private static final Vector<?> HIGH = interleaved(LANES / 2);

    TransposeTemplate() {}

    /** Lane {@code from} and those after it, of two vectors in turns; those of the second are numbered from LANES on. */
    private static Vector<?> interleaved(int from) {
        int[] lanes = new int[LANES];
        for (int i = 0; i < LANES; i++) {
            lanes[i] = from + i / 2 + i % 2 * LANES;
        }
        return SPECIES.shuffleFromArray(lanes, 0).toVector();
    }

    @Override
    public void run(
            MemorySegment from, long at, long step, MemorySegment to, long toAt, long toStep, MemorySegment scratch) {
        MemorySegment x = from;
        long xAt = at;
        long xStep = step;
        long between = 0;
        for (int left = PASSES; left > 0; ) {
            boolean both = left >= 2;
            left -= both ? 2 : 1;
            MemorySegment y = left == 0 ? to : scratch;
            long yAt = left == 0 ? toAt : between;
            long yStep = left == 0 ? toStep : BYTES;
            if (both) {
                two(x, xAt, xStep, y, yAt, yStep);
            } else {
                one(x, xAt, xStep, y, yAt, yStep);
            }
            x = y;
            xAt = yAt;
            xStep = yStep;
            between = LANES * BYTES - between;
        }
    }

    private static <E> void one(MemorySegment x, long xAt, long xStep, MemorySegment y, long yAt, long yStep) {
        for (int i = 0; i < LANES / 2; i++) {
            Vector<E> a = load(x, xAt + i * xStep);
            Vector<E> b = load(x, xAt + (i + LANES / 2) * xStep);
            TransposeTemplate.<E>low(a, b).intoMemorySegment(y, yAt + 2L * i * yStep, Lanes.ORDER);
            TransposeTemplate.<E>high(a, b).intoMemorySegment(y, yAt + (2L * i + 1) * yStep, Lanes.ORDER);
        }
    }

    private static <E> void two(MemorySegment x, long xAt, long xStep, MemorySegment y, long yAt, long yStep) {
        for (int i = 0; i < LANES / 4; i++) {
            long at = yAt + 4L * i * yStep;
            Vector<E> a = load(x, xAt + i * xStep);
            Vector<E> b = load(x, xAt + (i + LANES / 4) * xStep);
            Vector<E> c = load(x, xAt + (i + LANES / 2) * xStep);
            Vector<E> d = load(x, xAt + (i + 3 * (LANES / 4)) * xStep);
            Vector<E> acLow = low(a, c);
            Vector<E> bdLow = low(b, d);
            TransposeTemplate.<E>low(acLow, bdLow).intoMemorySegment(y, at, Lanes.ORDER);
            TransposeTemplate.<E>high(acLow, bdLow).intoMemorySegment(y, at + yStep, Lanes.ORDER);
            Vector<E> acHigh = high(a, c);
            Vector<E> bdHigh = high(b, d);
            TransposeTemplate.<E>low(acHigh, bdHigh).intoMemorySegment(y, at + 2 * yStep, Lanes.ORDER);
            TransposeTemplate.<E>high(acHigh, bdHigh).intoMemorySegment(y, at + 3 * yStep, Lanes.ORDER);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment x, long at) {
        return ((VectorSpecies<E>) SPECIES).fromMemorySegment(x, at, Lanes.ORDER);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> low(Vector<E> a, Vector<E> b) {
        return ((Vector<E>) LOW).selectFrom(a, b);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> high(Vector<E> a, Vector<E> b) {
        return ((Vector<E>) HIGH).selectFrom(a, b);
    }
}
