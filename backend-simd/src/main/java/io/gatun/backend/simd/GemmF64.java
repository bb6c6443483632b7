package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Matrix product kernels for f64. {@link GemmF32} is its twin, line for line, and explains both. */
final class GemmF64 implements GemmKernel {

    static final GemmF64 INSTANCE = new GemmF64();

    private static final VectorSpecies<Double> S = VectorWidth.species(double.class);
    private static final ValueLayout.OfDouble E = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    private static final ByteOrder O = ByteOrder.nativeOrder();
    private static final int SIZE = Double.BYTES;
    private static final int LANES = S.length();
    private static final long VB = S.vectorByteSize();

    private GemmF64() {}

    @Override
    public int elementBytes() {
        return SIZE;
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public ThinKernel thin() {
        return ThinF64.INSTANCE;
    }

    @Override
    public PackKernel pack() {
        return Pack64.INSTANCE;
    }

    private static DoubleVector load(MemorySegment s, long offset) {
        return DoubleVector.fromMemorySegment(S, s, offset, O);
    }

    private static DoubleVector splat(MemorySegment s, long offset) {
        return DoubleVector.broadcast(S, s.get(E, offset));
    }

    /** Stores the sum of {@code v} and a vector in {@code addend}. */
    private static void put(MemorySegment c, long offset, DoubleVector v, MemorySegment addend, long addendOffset) {
        v.add(load(addend, addendOffset)).intoMemorySegment(c, offset, O);
    }

    @Override
    public void tile(
            int vectors,
            int kc,
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
            case 1 -> tile1(kc, a, aOffset, b, bOffset, addend, addendOffset, addendRowBytes, c, cOffset, rowBytes);
            case 2 -> tile2(kc, a, aOffset, b, bOffset, addend, addendOffset, addendRowBytes, c, cOffset, rowBytes);
            default -> tile3(kc, a, aOffset, b, bOffset, addend, addendOffset, addendRowBytes, c, cOffset, rowBytes);
        }
    }

    private static void tile3(
            int kc,
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
        long ak = aOffset;
        long bk = bOffset;
        for (int k = 0; k < kc; k++, ak += MR * SIZE, bk += NV * VB) {
            DoubleVector b0 = load(b, bk);
            DoubleVector b1 = load(b, bk + VB);
            DoubleVector b2 = load(b, bk + 2 * VB);
            DoubleVector x = splat(a, ak);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            x = splat(a, ak + SIZE);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            x = splat(a, ak + 2 * SIZE);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            x = splat(a, ak + 3 * SIZE);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
        }
        long row = cOffset;
        long add = addendOffset;
        put(c, row, c00, addend, add);
        put(c, row + VB, c01, addend, add + VB);
        put(c, row + 2 * VB, c02, addend, add + 2 * VB);
        row += rowBytes;
        add += addendRowBytes;
        put(c, row, c10, addend, add);
        put(c, row + VB, c11, addend, add + VB);
        put(c, row + 2 * VB, c12, addend, add + 2 * VB);
        row += rowBytes;
        add += addendRowBytes;
        put(c, row, c20, addend, add);
        put(c, row + VB, c21, addend, add + VB);
        put(c, row + 2 * VB, c22, addend, add + 2 * VB);
        row += rowBytes;
        add += addendRowBytes;
        put(c, row, c30, addend, add);
        put(c, row + VB, c31, addend, add + VB);
        put(c, row + 2 * VB, c32, addend, add + 2 * VB);
    }

    private static void tile2(
            int kc,
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
        long ak = aOffset;
        long bk = bOffset;
        for (int k = 0; k < kc; k++, ak += MR * SIZE, bk += NV * VB) {
            DoubleVector b0 = load(b, bk);
            DoubleVector b1 = load(b, bk + VB);
            DoubleVector x = splat(a, ak);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = splat(a, ak + SIZE);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = splat(a, ak + 2 * SIZE);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = splat(a, ak + 3 * SIZE);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
        }
        long row = cOffset;
        long add = addendOffset;
        put(c, row, c00, addend, add);
        put(c, row + VB, c01, addend, add + VB);
        row += rowBytes;
        add += addendRowBytes;
        put(c, row, c10, addend, add);
        put(c, row + VB, c11, addend, add + VB);
        row += rowBytes;
        add += addendRowBytes;
        put(c, row, c20, addend, add);
        put(c, row + VB, c21, addend, add + VB);
        row += rowBytes;
        add += addendRowBytes;
        put(c, row, c30, addend, add);
        put(c, row + VB, c31, addend, add + VB);
    }

    private static void tile1(
            int kc,
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
        DoubleVector c0 = z, c1 = z, c2 = z, c3 = z;
        long ak = aOffset;
        long bk = bOffset;
        for (int k = 0; k < kc; k++, ak += MR * SIZE, bk += NV * VB) {
            DoubleVector b0 = load(b, bk);
            c0 = splat(a, ak).fma(b0, c0);
            c1 = splat(a, ak + SIZE).fma(b0, c1);
            c2 = splat(a, ak + 2 * SIZE).fma(b0, c2);
            c3 = splat(a, ak + 3 * SIZE).fma(b0, c3);
        }
        put(c, cOffset, c0, addend, addendOffset);
        put(c, cOffset + rowBytes, c1, addend, addendOffset + addendRowBytes);
        put(c, cOffset + 2 * rowBytes, c2, addend, addendOffset + 2 * addendRowBytes);
        put(c, cOffset + 3 * rowBytes, c3, addend, addendOffset + 3 * addendRowBytes);
    }

    @Override
    public void spill(
            MemorySegment tile,
            long tileOffset,
            int rows,
            int columns,
            MemorySegment c,
            long cOffset,
            long rowBytes,
            long columnBytes,
            boolean accumulate) {
        int whole = columnBytes == SIZE ? S.loopBound(columns) : 0;
        for (int i = 0; i < rows; i++) {
            long from = tileOffset + i * (NV * VB);
            long to = cOffset + i * rowBytes;
            int j = 0;
            for (; j < whole; j += LANES) {
                Lanes.mayFault();
                DoubleVector v = load(tile, from + (long) j * SIZE);
                (accumulate ? v.add(load(c, to + (long) j * SIZE)) : v).intoMemorySegment(c, to + (long) j * SIZE, O);
            }
            for (; j < columns; j++) {
                double v = tile.get(E, from + (long) j * SIZE);
                long at = to + j * columnBytes;
                c.set(E, at, accumulate ? c.get(E, at) + v : v);
            }
        }
    }

    @Override
    public void direct(
            int m,
            int n,
            int k,
            MemorySegment a,
            long aOffset,
            long aRowBytes,
            long aColumnBytes,
            MemorySegment b,
            long bOffset,
            long bRowBytes,
            MemorySegment c,
            long cOffset,
            long cRowBytes) {
        for (int i = 0; i < m; i += MR) {
            int rows = Math.min(MR, m - i);
            long a0 = aOffset + i * aRowBytes;
            long c0 = cOffset + i * cRowBytes;
            int j = 0;
            for (; j + LANES <= n; j += LANES) {
                long at = (long) j * SIZE;
                directWhole(rows, k, a, a0, aRowBytes, aColumnBytes, b, bOffset + at, bRowBytes, c, c0 + at, cRowBytes);
            }
            if (j < n) {
                long at = (long) j * SIZE;
                directPart(
                        n - j,
                        rows,
                        k,
                        a,
                        a0,
                        aRowBytes,
                        aColumnBytes,
                        b,
                        bOffset + at,
                        bRowBytes,
                        c,
                        c0 + at,
                        cRowBytes);
            }
        }
    }

    /**
     * One vector of columns of up to four rows. Rows that do not exist read the first one again, and are not stored: cheaper
     * than a loop for every count of rows.
     */
    private static void directWhole(
            int rows,
            int k,
            MemorySegment a,
            long aOffset,
            long aRowBytes,
            long aColumnBytes,
            MemorySegment b,
            long bOffset,
            long bRowBytes,
            MemorySegment c,
            long cOffset,
            long cRowBytes) {
        DoubleVector z = DoubleVector.zero(S);
        DoubleVector s0 = z, s1 = z, s2 = z, s3 = z;
        long a0 = aOffset;
        long a1 = rows > 1 ? a0 + aRowBytes : a0;
        long a2 = rows > 2 ? a0 + 2 * aRowBytes : a0;
        long a3 = rows > 3 ? a0 + 3 * aRowBytes : a0;
        for (int p = 0; p < k; p++) {
            DoubleVector y = load(b, bOffset + p * bRowBytes);
            long ap = p * aColumnBytes;
            s0 = splat(a, a0 + ap).fma(y, s0);
            s1 = splat(a, a1 + ap).fma(y, s1);
            s2 = splat(a, a2 + ap).fma(y, s2);
            s3 = splat(a, a3 + ap).fma(y, s3);
        }
        s0.intoMemorySegment(c, cOffset, O);
        if (rows > 1) {
            s1.intoMemorySegment(c, cOffset + cRowBytes, O);
        }
        if (rows > 2) {
            s2.intoMemorySegment(c, cOffset + 2 * cRowBytes, O);
        }
        if (rows > 3) {
            s3.intoMemorySegment(c, cOffset + 3 * cRowBytes, O);
        }
    }

    /** {@link #directWhole} for fewer columns than a vector has lanes. */
    private static void directPart(
            int columns,
            int rows,
            int k,
            MemorySegment a,
            long aOffset,
            long aRowBytes,
            long aColumnBytes,
            MemorySegment b,
            long bOffset,
            long bRowBytes,
            MemorySegment c,
            long cOffset,
            long cRowBytes) {
        VectorMask<Double> mask = S.indexInRange(0, columns);
        DoubleVector z = DoubleVector.zero(S);
        DoubleVector s0 = z, s1 = z, s2 = z, s3 = z;
        long a0 = aOffset;
        long a1 = rows > 1 ? a0 + aRowBytes : a0;
        long a2 = rows > 2 ? a0 + 2 * aRowBytes : a0;
        long a3 = rows > 3 ? a0 + 3 * aRowBytes : a0;
        for (int p = 0; p < k; p++) {
            DoubleVector y = DoubleVector.fromMemorySegment(S, b, bOffset + p * bRowBytes, O, mask);
            long ap = p * aColumnBytes;
            s0 = splat(a, a0 + ap).fma(y, s0);
            s1 = splat(a, a1 + ap).fma(y, s1);
            s2 = splat(a, a2 + ap).fma(y, s2);
            s3 = splat(a, a3 + ap).fma(y, s3);
        }
        s0.intoMemorySegment(c, cOffset, O, mask);
        if (rows > 1) {
            s1.intoMemorySegment(c, cOffset + cRowBytes, O, mask);
        }
        if (rows > 2) {
            s2.intoMemorySegment(c, cOffset + 2 * cRowBytes, O, mask);
        }
        if (rows > 3) {
            s3.intoMemorySegment(c, cOffset + 3 * cRowBytes, O, mask);
        }
    }
}
