package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Packing. It moves bits and does no arithmetic, so that it works on integers, and any type of that size can use it. Class
 * data: I32 or I64.
 *
 * <p>Three layouts of the source are told apart. Where lines are neighbours (a row-major B, a transposed A) a panel is a
 * copy of short runs. Where the elements of a line are neighbours (a row-major A, a transposed B) squares of 4 by 4 are
 * transposed in vector registers: element by element it took 5 to 10 % of a whole product. Anything else, an operand
 * that is a strided slice, goes element by element.
 */
final class PackTemplate implements PackKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final VectorSpecies<?> WIDE = Lanes.species(DTYPE);
    private static final Class<?> EXACT_WIDE = WIDE.vectorType();
    private static final int SIZE = DTYPE.byteSize();
    private static final int WIDE_BYTES = WIDE.vectorByteSize();
    private static final int QUAD_BYTES = 4 * SIZE;
    private static final VectorSpecies<?> QUAD = WIDE.withShape(VectorShape.forBitSize(8 * QUAD_BYTES));
    private static final Class<?> EXACT_QUAD = QUAD.vectorType();

    /** Without vectors of four elements the Vector API would box them: then everything goes element by element. */
    private static final boolean HAS_QUADS = VectorWidth.machineHas(8 * QUAD_BYTES);

    // Lanes 0 to 3 name the first operand of selectFrom, 4 to 7 the second.
    private static final Vector<?> LOW = QUAD.shuffleFromValues(0, 4, 1, 5).toVector();
    private static final Vector<?> HIGH = QUAD.shuffleFromValues(2, 6, 3, 7).toVector();

    PackTemplate() {}

    @Override
    public void panel(
            int lines,
            int width,
            int kc,
            MemorySegment source,
            long sourceOffset,
            long lineBytes,
            long kBytes,
            MemorySegment target,
            long targetOffset) {
        int rowBytes = width * SIZE;
        if (lines < width) {
            target.asSlice(targetOffset, (long) kc * rowBytes).fill((byte) 0);
        }
        if (lineBytes == SIZE && lines == width && rowBytes % WIDE_BYTES == 0) {
            copyWide(rowBytes, kc, source, sourceOffset, kBytes, target, targetOffset);
        } else {
            transpose(lines, kc, source, sourceOffset, lineBytes, kBytes, target, targetOffset, rowBytes);
        }
    }

    @Override
    public void transpose(
            int lines,
            int kc,
            MemorySegment source,
            long sourceOffset,
            long lineBytes,
            long kBytes,
            MemorySegment target,
            long targetOffset,
            long rowBytes) {
        int packed = 0;
        if (lineBytes == SIZE && HAS_QUADS) {
            packed = lines & -4;
            copyQuads(packed * SIZE, rowBytes, kc, source, sourceOffset, kBytes, target, targetOffset);
        } else if (kBytes == SIZE && HAS_QUADS) {
            for (; packed + 4 <= lines; packed += 4) {
                long from = sourceOffset + packed * lineBytes;
                transposeQuads(rowBytes, kc, source, from, lineBytes, target, targetOffset + (long) packed * SIZE);
            }
        }
        for (; packed < lines; packed++) {
            long from = sourceOffset + packed * lineBytes;
            line(rowBytes, kc, source, from, kBytes, target, targetOffset + (long) packed * SIZE);
        }
    }

    private static void copyWide(
            int rowBytes,
            int kc,
            MemorySegment source,
            long sourceOffset,
            long kBytes,
            MemorySegment target,
            long targetOffset) {
        long from = sourceOffset;
        long to = targetOffset;
        for (int k = 0; k < kc; k++, from += kBytes, to += rowBytes) {
            for (int o = 0; o < rowBytes; o += WIDE_BYTES) {
                Vector<?> x = (Vector<?>) EXACT_WIDE.cast(WIDE.fromMemorySegment(source, from + o, Lanes.ORDER));
                x.intoMemorySegment(target, to + o, Lanes.ORDER);
            }
        }
    }

    private static void copyQuads(
            int bytes,
            long rowBytes,
            int kc,
            MemorySegment source,
            long sourceOffset,
            long kBytes,
            MemorySegment target,
            long targetOffset) {
        for (int o = 0; o < bytes; o += QUAD_BYTES) {
            long from = sourceOffset + o;
            long to = targetOffset + o;
            for (int k = 0; k < kc; k++, from += kBytes, to += rowBytes) {
                Vector<?> x = (Vector<?>) EXACT_QUAD.cast(QUAD.fromMemorySegment(source, from, Lanes.ORDER));
                x.intoMemorySegment(target, to, Lanes.ORDER);
            }
        }
    }

    /** Four lines at once, four elements of each at a time; both rounds of interleaving take a pair of lines apart by 2. */
    private static <E> void transposeQuads(
            long rowBytes,
            int kc,
            MemorySegment source,
            long sourceOffset,
            long lineBytes,
            MemorySegment target,
            long targetOffset) {
        long l0 = sourceOffset;
        long l1 = l0 + lineBytes;
        long l2 = l1 + lineBytes;
        long l3 = l2 + lineBytes;
        int k = 0;
        long to = targetOffset;
        for (; k + 4 <= kc; k += 4, to += 4 * rowBytes) {
            long at = (long) k * SIZE;
            Vector<E> a = load(source, l0 + at);
            Vector<E> b = load(source, l1 + at);
            Vector<E> c = load(source, l2 + at);
            Vector<E> d = load(source, l3 + at);
            Vector<E> acLow = low(a, c); // a0 c0 a1 c1
            Vector<E> acHigh = high(a, c); // a2 c2 a3 c3
            Vector<E> bdLow = low(b, d);
            Vector<E> bdHigh = high(b, d);
            PackTemplate.<E>low(acLow, bdLow).intoMemorySegment(target, to, Lanes.ORDER); // a0 b0 c0 d0
            PackTemplate.<E>high(acLow, bdLow).intoMemorySegment(target, to + rowBytes, Lanes.ORDER);
            PackTemplate.<E>low(acHigh, bdHigh).intoMemorySegment(target, to + 2 * rowBytes, Lanes.ORDER);
            PackTemplate.<E>high(acHigh, bdHigh).intoMemorySegment(target, to + 3 * rowBytes, Lanes.ORDER);
        }
        for (; k < kc; k++, to += rowBytes) {
            long at = (long) k * SIZE;
            Element.set(DTYPE, target, to, Element.integer(DTYPE, source, l0 + at));
            Element.set(DTYPE, target, to + SIZE, Element.integer(DTYPE, source, l1 + at));
            Element.set(DTYPE, target, to + 2L * SIZE, Element.integer(DTYPE, source, l2 + at));
            Element.set(DTYPE, target, to + 3L * SIZE, Element.integer(DTYPE, source, l3 + at));
        }
    }

    @Expanded
    private static void line(
            long rowBytes,
            int kc,
            MemorySegment source,
            long sourceOffset,
            long kBytes,
            MemorySegment target,
            long targetOffset) {
        long from = sourceOffset;
        long to = targetOffset;
        for (int k = 0; k < kc; k++, from += kBytes, to += rowBytes) {
            Element.set(DTYPE, target, to, Element.integer(DTYPE, source, from));
        }
    }

    @Override
    public void gather(
            long count,
            MemorySegment source,
            long sourceOffset,
            long strideBytes,
            MemorySegment target,
            long targetOffset) {
        for (long i = 0; i < count; i++) {
            Element.set(
                    DTYPE,
                    target,
                    targetOffset + i * SIZE,
                    Element.integer(DTYPE, source, sourceOffset + i * strideBytes));
        }
    }

    @Override
    public void scatter(
            long count,
            MemorySegment source,
            long sourceOffset,
            MemorySegment target,
            long targetOffset,
            long strideBytes) {
        for (long i = 0; i < count; i++) {
            Element.set(
                    DTYPE,
                    target,
                    targetOffset + i * strideBytes,
                    Element.integer(DTYPE, source, sourceOffset + i * SIZE));
        }
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> load(MemorySegment source, long at) {
        return ((VectorSpecies<E>) QUAD).fromMemorySegment(source, at, Lanes.ORDER);
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
