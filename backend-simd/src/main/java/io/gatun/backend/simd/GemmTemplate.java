package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels of matrix products. Class data: dtype, F32 or F64; {@link FloatVector}, {@code float} and {@link Lanes#FLOAT} stand
 * for the dtype's ({@link Stamp#exact}).
 *
 * <h2>Why the tile is 4 by 3 vectors</h2>
 *
 * <p>Twelve accumulators hide the latency of a fused multiply-add (4 cycles on two ports need 8), need 7 loads for 12
 * multiply-adds, and together with three vectors of B and one of A fit the 16 registers that AVX2 has. A tile of 8 by 3
 * makes the loop a little better in theory, and was measured 3 % faster at long {@code kc} and 5 to 20 % slower at short
 * ones; but 24 accumulators are too many for the C1 compiler, and a method that C1 cannot compile at tier 3 may be stranded
 * at tier 2, where every vector is boxed: 1 GFLOP/s for the life of the JVM. Twelve go through every tier, so that no
 * compiler directive and no flag is needed. {@code ColdStart} in the benchmarks proves it in fresh JVMs; run it after any change
 * here. Unrolling the k-loop by hand, by two or by four, falls into the same trap.
 *
 * <h2>Rules that keep these loops fast</h2>
 *
 * <p>Vectors live in locals only, the species is a constant, no vector crosses a call that the JIT might not inline, and the
 * offsets of the k-loop are induction variables with constant steps, so that C2 lifts the bounds checks out of the loop.
 * There is no flag for "add to C" or "overwrite C": a whole first pass over k would teach C2 that the flag is never set, and
 * the second pass would throw the compiled kernel away, 0.1 to 1 s before the next one is ready. Instead the kernel always
 * adds something, and to overwrite is to add a row of zeros.
 */
final class GemmTemplate implements GemmKernel {

    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final VectorSpecies<Float> S = Lanes.exact(DTYPE);
    private static final long SIZE = DTYPE.byteSize();
    private static final int LANES = S.length();
    private static final long VB = S.vectorByteSize();
    private static final ThinKernel THIN = Stamp.exact(DTYPE, ThinKernel.class, ThinTemplate.class);
    private static final PackKernel PACK = PackKernel.of(DTYPE.byteSize());

    GemmTemplate() {}

    @Override
    public int elementBytes() {
        return DTYPE.byteSize();
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public ThinKernel thin() {
        return THIN;
    }

    @Override
    public PackKernel pack() {
        return PACK;
    }

    private static FloatVector load(MemorySegment s, long offset) {
        return FloatVector.fromMemorySegment(S, s, offset, Lanes.ORDER);
    }

    private static FloatVector splat(MemorySegment s, long offset) {
        return FloatVector.broadcast(S, s.get(Lanes.FLOAT, offset));
    }

    /** Stores the sum of {@code v} and a vector in {@code addend}. */
    private static void put(MemorySegment c, long offset, FloatVector v, MemorySegment addend, long addendOffset) {
        v.add(load(addend, addendOffset)).intoMemorySegment(c, offset, Lanes.ORDER);
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
        FloatVector z = FloatVector.zero(S);
        FloatVector c00 = z, c01 = z, c02 = z;
        FloatVector c10 = z, c11 = z, c12 = z;
        FloatVector c20 = z, c21 = z, c22 = z;
        FloatVector c30 = z, c31 = z, c32 = z;
        long ak = aOffset;
        long bk = bOffset;
        for (int k = 0; k < kc; k++, ak += MR * SIZE, bk += NV * VB) {
            FloatVector b0 = load(b, bk);
            FloatVector b1 = load(b, bk + VB);
            FloatVector b2 = load(b, bk + 2 * VB);
            FloatVector x = splat(a, ak);
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
        FloatVector z = FloatVector.zero(S);
        FloatVector c00 = z, c01 = z;
        FloatVector c10 = z, c11 = z;
        FloatVector c20 = z, c21 = z;
        FloatVector c30 = z, c31 = z;
        long ak = aOffset;
        long bk = bOffset;
        for (int k = 0; k < kc; k++, ak += MR * SIZE, bk += NV * VB) {
            FloatVector b0 = load(b, bk);
            FloatVector b1 = load(b, bk + VB);
            FloatVector x = splat(a, ak);
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
        FloatVector z = FloatVector.zero(S);
        FloatVector c0 = z, c1 = z, c2 = z, c3 = z;
        long ak = aOffset;
        long bk = bOffset;
        for (int k = 0; k < kc; k++, ak += MR * SIZE, bk += NV * VB) {
            FloatVector b0 = load(b, bk);
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
                FloatVector v = load(tile, from + (long) j * SIZE);
                (accumulate ? v.add(load(c, to + (long) j * SIZE)) : v)
                        .intoMemorySegment(c, to + (long) j * SIZE, Lanes.ORDER);
            }
            for (; j < columns; j++) {
                double v = tile.get(Lanes.FLOAT, from + (long) j * SIZE);
                long at = to + j * columnBytes;
                c.set(Lanes.FLOAT, at, (float) (accumulate ? c.get(Lanes.FLOAT, at) + v : v));
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
        FloatVector z = FloatVector.zero(S);
        FloatVector s0 = z, s1 = z, s2 = z, s3 = z;
        long a0 = aOffset;
        long a1 = rows > 1 ? a0 + aRowBytes : a0;
        long a2 = rows > 2 ? a0 + 2 * aRowBytes : a0;
        long a3 = rows > 3 ? a0 + 3 * aRowBytes : a0;
        for (int p = 0; p < k; p++) {
            FloatVector y = load(b, bOffset + p * bRowBytes);
            long ap = p * aColumnBytes;
            s0 = splat(a, a0 + ap).fma(y, s0);
            s1 = splat(a, a1 + ap).fma(y, s1);
            s2 = splat(a, a2 + ap).fma(y, s2);
            s3 = splat(a, a3 + ap).fma(y, s3);
        }
        s0.intoMemorySegment(c, cOffset, Lanes.ORDER);
        if (rows > 1) {
            s1.intoMemorySegment(c, cOffset + cRowBytes, Lanes.ORDER);
        }
        if (rows > 2) {
            s2.intoMemorySegment(c, cOffset + 2 * cRowBytes, Lanes.ORDER);
        }
        if (rows > 3) {
            s3.intoMemorySegment(c, cOffset + 3 * cRowBytes, Lanes.ORDER);
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
        VectorMask<Float> mask = S.indexInRange(0, columns);
        FloatVector z = FloatVector.zero(S);
        FloatVector s0 = z, s1 = z, s2 = z, s3 = z;
        long a0 = aOffset;
        long a1 = rows > 1 ? a0 + aRowBytes : a0;
        long a2 = rows > 2 ? a0 + 2 * aRowBytes : a0;
        long a3 = rows > 3 ? a0 + 3 * aRowBytes : a0;
        for (int p = 0; p < k; p++) {
            FloatVector y = FloatVector.fromMemorySegment(S, b, bOffset + p * bRowBytes, Lanes.ORDER, mask);
            long ap = p * aColumnBytes;
            s0 = splat(a, a0 + ap).fma(y, s0);
            s1 = splat(a, a1 + ap).fma(y, s1);
            s2 = splat(a, a2 + ap).fma(y, s2);
            s3 = splat(a, a3 + ap).fma(y, s3);
        }
        s0.intoMemorySegment(c, cOffset, Lanes.ORDER, mask);
        if (rows > 1) {
            s1.intoMemorySegment(c, cOffset + cRowBytes, Lanes.ORDER, mask);
        }
        if (rows > 2) {
            s2.intoMemorySegment(c, cOffset + 2 * cRowBytes, Lanes.ORDER, mask);
        }
        if (rows > 3) {
            s3.intoMemorySegment(c, cOffset + 3 * cRowBytes, Lanes.ORDER, mask);
        }
    }
}
