package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of convolutions in F64; {@link PatchF32} is its twin, line for line. {@link GemmF32} has the rules that keep
 * these loops fast. Class data: the distance between A's elements, in bytes.
 */
final class PatchF64 implements PatchKernel {
    private static final long STEP = Stamp.data(MethodHandles.lookup(), 0, Long.class);
    private static final VectorSpecies<Double> S = VectorWidth.species(double.class);
    private static final ValueLayout.OfDouble E = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    private static final ByteOrder O = ByteOrder.nativeOrder();
    private static final long VB = S.vectorByteSize();

    PatchF64() {}

    private static DoubleVector load(MemorySegment s, long offset) {
        return DoubleVector.fromMemorySegment(S, s, offset, O);
    }

    private static DoubleVector splat(MemorySegment s, long offset) {
        return DoubleVector.broadcast(S, s.get(E, offset));
    }

    private static void put(MemorySegment c, long offset, DoubleVector v, MemorySegment addend, long addendOffset) {
        v.add(load(addend, addendOffset)).intoMemorySegment(c, offset, O);
    }

    @Override
    public void tile(
            int vectors,
            long[] rows,
            int row,
            long[] runs,
            int first,
            int count,
            int length,
            MemorySegment a,
            long aOffset,
            MemorySegment b,
            long bOffset,
            MemorySegment addend,
            long addendOffset,
            long addendRowBytes,
            MemorySegment c,
            long cOffset,
            long rowBytes) {
        switch (vectors) {
            case 1 ->
                tile1(
                        rows,
                        row,
                        runs,
                        first,
                        count,
                        length,
                        a,
                        aOffset,
                        b,
                        bOffset,
                        addend,
                        addendOffset,
                        addendRowBytes,
                        c,
                        cOffset,
                        rowBytes);
            case 2 ->
                tile2(
                        rows,
                        row,
                        runs,
                        first,
                        count,
                        length,
                        a,
                        aOffset,
                        b,
                        bOffset,
                        addend,
                        addendOffset,
                        addendRowBytes,
                        c,
                        cOffset,
                        rowBytes);
            default ->
                tile3(
                        rows,
                        row,
                        runs,
                        first,
                        count,
                        length,
                        a,
                        aOffset,
                        b,
                        bOffset,
                        addend,
                        addendOffset,
                        addendRowBytes,
                        c,
                        cOffset,
                        rowBytes);
        }
    }

    private static void tile3(
            long[] rows,
            int row,
            long[] runs,
            int first,
            int count,
            int length,
            MemorySegment a,
            long aOffset,
            MemorySegment b,
            long bOffset,
            MemorySegment addend,
            long addendOffset,
            long addendRowBytes,
            MemorySegment c,
            long cOffset,
            long rowBytes) {
        DoubleVector z = DoubleVector.zero(S);
        DoubleVector c00 = z, c01 = z, c02 = z;
        DoubleVector c10 = z, c11 = z, c12 = z;
        DoubleVector c20 = z, c21 = z, c22 = z;
        DoubleVector c30 = z, c31 = z, c32 = z;
        long a0 = aOffset + rows[row];
        long a1 = aOffset + rows[row + 1];
        long a2 = aOffset + rows[row + 2];
        long a3 = aOffset + rows[row + 3];
        long bk = bOffset;
        for (int r = first; r < first + count; r++) {
            long ak = runs[r];
            for (int k = 0; k < length; k++, ak += STEP, bk += 3 * VB) {
                DoubleVector b0 = load(b, bk);
                DoubleVector b1 = load(b, bk + VB);
                DoubleVector b2 = load(b, bk + 2 * VB);
                DoubleVector x = splat(a, a0 + ak);
                c00 = x.fma(b0, c00);
                c01 = x.fma(b1, c01);
                c02 = x.fma(b2, c02);
                x = splat(a, a1 + ak);
                c10 = x.fma(b0, c10);
                c11 = x.fma(b1, c11);
                c12 = x.fma(b2, c12);
                x = splat(a, a2 + ak);
                c20 = x.fma(b0, c20);
                c21 = x.fma(b1, c21);
                c22 = x.fma(b2, c22);
                x = splat(a, a3 + ak);
                c30 = x.fma(b0, c30);
                c31 = x.fma(b1, c31);
                c32 = x.fma(b2, c32);
            }
        }
        long to = cOffset;
        long add = addendOffset;
        put(c, to, c00, addend, add);
        put(c, to + VB, c01, addend, add + VB);
        put(c, to + 2 * VB, c02, addend, add + 2 * VB);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c10, addend, add);
        put(c, to + VB, c11, addend, add + VB);
        put(c, to + 2 * VB, c12, addend, add + 2 * VB);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c20, addend, add);
        put(c, to + VB, c21, addend, add + VB);
        put(c, to + 2 * VB, c22, addend, add + 2 * VB);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c30, addend, add);
        put(c, to + VB, c31, addend, add + VB);
        put(c, to + 2 * VB, c32, addend, add + 2 * VB);
    }

    private static void tile2(
            long[] rows,
            int row,
            long[] runs,
            int first,
            int count,
            int length,
            MemorySegment a,
            long aOffset,
            MemorySegment b,
            long bOffset,
            MemorySegment addend,
            long addendOffset,
            long addendRowBytes,
            MemorySegment c,
            long cOffset,
            long rowBytes) {
        DoubleVector z = DoubleVector.zero(S);
        DoubleVector c00 = z, c01 = z;
        DoubleVector c10 = z, c11 = z;
        DoubleVector c20 = z, c21 = z;
        DoubleVector c30 = z, c31 = z;
        DoubleVector c40 = z, c41 = z;
        DoubleVector c50 = z, c51 = z;
        long a0 = aOffset + rows[row];
        long a1 = aOffset + rows[row + 1];
        long a2 = aOffset + rows[row + 2];
        long a3 = aOffset + rows[row + 3];
        long a4 = aOffset + rows[row + 4];
        long a5 = aOffset + rows[row + 5];
        long bk = bOffset;
        for (int r = first; r < first + count; r++) {
            long ak = runs[r];
            for (int k = 0; k < length; k++, ak += STEP, bk += 2 * VB) {
                DoubleVector b0 = load(b, bk);
                DoubleVector b1 = load(b, bk + VB);
                DoubleVector x = splat(a, a0 + ak);
                c00 = x.fma(b0, c00);
                c01 = x.fma(b1, c01);
                x = splat(a, a1 + ak);
                c10 = x.fma(b0, c10);
                c11 = x.fma(b1, c11);
                x = splat(a, a2 + ak);
                c20 = x.fma(b0, c20);
                c21 = x.fma(b1, c21);
                x = splat(a, a3 + ak);
                c30 = x.fma(b0, c30);
                c31 = x.fma(b1, c31);
                x = splat(a, a4 + ak);
                c40 = x.fma(b0, c40);
                c41 = x.fma(b1, c41);
                x = splat(a, a5 + ak);
                c50 = x.fma(b0, c50);
                c51 = x.fma(b1, c51);
            }
        }
        long to = cOffset;
        long add = addendOffset;
        put(c, to, c00, addend, add);
        put(c, to + VB, c01, addend, add + VB);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c10, addend, add);
        put(c, to + VB, c11, addend, add + VB);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c20, addend, add);
        put(c, to + VB, c21, addend, add + VB);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c30, addend, add);
        put(c, to + VB, c31, addend, add + VB);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c40, addend, add);
        put(c, to + VB, c41, addend, add + VB);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c50, addend, add);
        put(c, to + VB, c51, addend, add + VB);
    }

    private static void tile1(
            long[] rows,
            int row,
            long[] runs,
            int first,
            int count,
            int length,
            MemorySegment a,
            long aOffset,
            MemorySegment b,
            long bOffset,
            MemorySegment addend,
            long addendOffset,
            long addendRowBytes,
            MemorySegment c,
            long cOffset,
            long rowBytes) {
        DoubleVector z = DoubleVector.zero(S);
        DoubleVector c00 = z;
        DoubleVector c10 = z;
        DoubleVector c20 = z;
        DoubleVector c30 = z;
        DoubleVector c40 = z;
        DoubleVector c50 = z;
        DoubleVector c60 = z;
        DoubleVector c70 = z;
        long a0 = aOffset + rows[row];
        long a1 = aOffset + rows[row + 1];
        long a2 = aOffset + rows[row + 2];
        long a3 = aOffset + rows[row + 3];
        long a4 = aOffset + rows[row + 4];
        long a5 = aOffset + rows[row + 5];
        long a6 = aOffset + rows[row + 6];
        long a7 = aOffset + rows[row + 7];
        long bk = bOffset;
        for (int r = first; r < first + count; r++) {
            long ak = runs[r];
            for (int k = 0; k < length; k++, ak += STEP, bk += VB) {
                DoubleVector b0 = load(b, bk);
                DoubleVector x = splat(a, a0 + ak);
                c00 = x.fma(b0, c00);
                x = splat(a, a1 + ak);
                c10 = x.fma(b0, c10);
                x = splat(a, a2 + ak);
                c20 = x.fma(b0, c20);
                x = splat(a, a3 + ak);
                c30 = x.fma(b0, c30);
                x = splat(a, a4 + ak);
                c40 = x.fma(b0, c40);
                x = splat(a, a5 + ak);
                c50 = x.fma(b0, c50);
                x = splat(a, a6 + ak);
                c60 = x.fma(b0, c60);
                x = splat(a, a7 + ak);
                c70 = x.fma(b0, c70);
            }
        }
        long to = cOffset;
        long add = addendOffset;
        put(c, to, c00, addend, add);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c10, addend, add);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c20, addend, add);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c30, addend, add);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c40, addend, add);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c50, addend, add);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c60, addend, add);
        to += rowBytes;
        add += addendRowBytes;
        put(c, to, c70, addend, add);
    }
}
