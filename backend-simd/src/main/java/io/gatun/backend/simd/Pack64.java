package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/** Packing of elements of 8 bytes. {@link Pack64} is its twin, line for line, and explains both. */
final class Pack64 implements PackKernel {

    static final Pack64 INSTANCE = new Pack64();

    private static final VectorSpecies<Long> WIDE = VectorWidth.species(long.class);
    private static final VectorSpecies<Long> QUAD = LongVector.SPECIES_256;
    private static final ValueLayout.OfLong E = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ByteOrder O = ByteOrder.nativeOrder();
    private static final int SIZE = Long.BYTES;
    private static final int WIDE_BYTES = WIDE.vectorByteSize();
    private static final int QUAD_BYTES = QUAD.vectorByteSize();

    /** Without vectors of four elements the Vector API would box them: then everything goes element by element. */
    private static final boolean HAS_QUADS = VectorWidth.machineHas(256);

    // Lanes 0 to 3 name the first operand of selectFrom, 4 to 7 the second.
    private static final LongVector LOW = LongVector.fromArray(QUAD, new long[] {0, 4, 1, 5}, 0);
    private static final LongVector HIGH = LongVector.fromArray(QUAD, new long[] {2, 6, 3, 7}, 0);

    private Pack64() {}

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
                Lanes.mayFault();
                LongVector.fromMemorySegment(WIDE, source, from + o, O).intoMemorySegment(target, to + o, O);
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
                Lanes.mayFault();
                LongVector.fromMemorySegment(QUAD, source, from, O).intoMemorySegment(target, to, O);
            }
        }
    }

    /** Four lines at once, four elements of each at a time; both rounds of interleaving take a pair of lines apart by 2. */
    private static void transposeQuads(
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
            Lanes.mayFault();
            long at = (long) k * SIZE;
            LongVector a = LongVector.fromMemorySegment(QUAD, source, l0 + at, O);
            LongVector b = LongVector.fromMemorySegment(QUAD, source, l1 + at, O);
            LongVector c = LongVector.fromMemorySegment(QUAD, source, l2 + at, O);
            LongVector d = LongVector.fromMemorySegment(QUAD, source, l3 + at, O);
            LongVector acLow = LOW.selectFrom(a, c); // a0 c0 a1 c1
            LongVector acHigh = HIGH.selectFrom(a, c); // a2 c2 a3 c3
            LongVector bdLow = LOW.selectFrom(b, d);
            LongVector bdHigh = HIGH.selectFrom(b, d);
            LOW.selectFrom(acLow, bdLow).intoMemorySegment(target, to, O); // a0 b0 c0 d0
            HIGH.selectFrom(acLow, bdLow).intoMemorySegment(target, to + rowBytes, O);
            LOW.selectFrom(acHigh, bdHigh).intoMemorySegment(target, to + 2 * rowBytes, O);
            HIGH.selectFrom(acHigh, bdHigh).intoMemorySegment(target, to + 3 * rowBytes, O);
        }
        for (; k < kc; k++, to += rowBytes) {
            long at = (long) k * SIZE;
            target.set(E, to, source.get(E, l0 + at));
            target.set(E, to + SIZE, source.get(E, l1 + at));
            target.set(E, to + 2L * SIZE, source.get(E, l2 + at));
            target.set(E, to + 3L * SIZE, source.get(E, l3 + at));
        }
    }

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
            target.set(E, to, source.get(E, from));
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
            target.set(E, targetOffset + i * SIZE, source.get(E, sourceOffset + i * strideBytes));
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
            target.set(E, targetOffset + i * strideBytes, source.get(E, sourceOffset + i * SIZE));
        }
    }
}
