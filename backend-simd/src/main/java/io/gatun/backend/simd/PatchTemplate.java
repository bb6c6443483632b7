package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of convolutions. {@link GemmTemplate} has the rules that keep these loops fast. Class data: dtype, F32 or F64; the
 * distance between A's elements, in bytes; vectors in a row of the tile. {@link FloatVector}, {@code float} and {@link
 * Lanes#FLOAT} stand for the dtype's ({@link Stamp#exact}).
 */
final class PatchTemplate implements PatchKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final VectorSpecies<Float> S = Lanes.exact(DTYPE);
    private static final Class<?> EXACT = S.vectorType();
    private static final long STEP = Stamp.data(MethodHandles.lookup(), 1, Long.class);
    private static final int VECTORS = Stamp.data(MethodHandles.lookup(), 2, Integer.class);
    private static final int ROWS = PatchKernel.rows(VECTORS);
    private static final long VB = S.vectorByteSize();
    private static final long ROW = VECTORS * VB;

    PatchTemplate() {}

    @Expanded
    private static FloatVector exact(FloatVector x) {
        return (FloatVector) EXACT.cast(x);
    }

    @Expanded
    private static FloatVector load(MemorySegment s, long offset) {
        return FloatVector.fromMemorySegment(S, s, offset, Lanes.ORDER);
    }

    @Expanded
    private static FloatVector splat(MemorySegment s, long offset) {
        return FloatVector.broadcast(S, s.get(Lanes.FLOAT, offset));
    }

    @Override
    public void tile(PatchTile t, int row, long addendOffset, long cOffset) {
        long[] rows = t.rows;
        long[] runs = t.runs;
        int length = t.length;
        int end = t.first + t.count;
        MemorySegment a = Lanes.offHeap(t.a);
        MemorySegment b = Lanes.offHeap(t.b);
        MemorySegment addend = Lanes.offHeap(t.addend);
        MemorySegment c = Lanes.offHeap(t.c);
        MemorySegment sums = Lanes.offHeap(t.sums);
        long aOffset = t.aOffset;
        long addendRowBytes = t.addendRowBytes;
        long rowBytes = t.cRowBytes;
        FloatVector z = FloatVector.zero(S);
        FloatVector c00 = z, c01 = z, c02 = z;
        FloatVector c10 = z, c11 = z, c12 = z;
        FloatVector c20 = z, c21 = z, c22 = z;
        FloatVector c30 = z, c31 = z, c32 = z;
        FloatVector c40 = z, c41 = z;
        FloatVector c50 = z, c51 = z;
        FloatVector c60 = z;
        FloatVector c70 = z;
        long a0 = aOffset + rows[row];
        long a1 = aOffset + rows[row + 1];
        long a2 = aOffset + rows[row + 2];
        long a3 = aOffset + rows[row + 3];
        long a4 = VECTORS < 3 ? aOffset + rows[row + 4] : 0;
        long a5 = VECTORS < 3 ? aOffset + rows[row + 5] : 0;
        long a6 = VECTORS < 2 ? aOffset + rows[row + 6] : 0;
        long a7 = VECTORS < 2 ? aOffset + rows[row + 7] : 0;
        long bk = t.bOffset;
        for (int r = t.first; r < end; r++) {
            long ak = runs[r];
            for (int k = 0; k < length; k++, ak += STEP, bk += VECTORS * VB) {
                FloatVector b0 = load(b, bk);
                FloatVector b1 = VECTORS > 1 ? load(b, bk + VB) : b0;
                FloatVector b2 = VECTORS > 2 ? load(b, bk + 2 * VB) : b0;
                FloatVector x = splat(a, a0 + ak);
                c00 = x.fma(b0, c00);
                if (VECTORS > 1) {
                    c01 = x.fma(b1, c01);
                }
                if (VECTORS > 2) {
                    c02 = x.fma(b2, c02);
                }
                x = splat(a, a1 + ak);
                c10 = x.fma(b0, c10);
                if (VECTORS > 1) {
                    c11 = x.fma(b1, c11);
                }
                if (VECTORS > 2) {
                    c12 = x.fma(b2, c12);
                }
                x = splat(a, a2 + ak);
                c20 = x.fma(b0, c20);
                if (VECTORS > 1) {
                    c21 = x.fma(b1, c21);
                }
                if (VECTORS > 2) {
                    c22 = x.fma(b2, c22);
                }
                x = splat(a, a3 + ak);
                c30 = x.fma(b0, c30);
                if (VECTORS > 1) {
                    c31 = x.fma(b1, c31);
                }
                if (VECTORS > 2) {
                    c32 = x.fma(b2, c32);
                }
                if (VECTORS < 3) {
                    x = splat(a, a4 + ak);
                    c40 = x.fma(b0, c40);
                    if (VECTORS > 1) {
                        c41 = x.fma(b1, c41);
                    }
                    x = splat(a, a5 + ak);
                    c50 = x.fma(b0, c50);
                    if (VECTORS > 1) {
                        c51 = x.fma(b1, c51);
                    }
                }
                if (VECTORS < 2) {
                    x = splat(a, a6 + ak);
                    c60 = x.fma(b0, c60);
                    x = splat(a, a7 + ak);
                    c70 = x.fma(b0, c70);
                }
            }
        }
        exact(c00).intoMemorySegment(sums, 0, Lanes.ORDER);
        if (VECTORS > 1) {
            exact(c01).intoMemorySegment(sums, VB, Lanes.ORDER);
        }
        if (VECTORS > 2) {
            exact(c02).intoMemorySegment(sums, 2 * VB, Lanes.ORDER);
        }
        exact(c10).intoMemorySegment(sums, ROW, Lanes.ORDER);
        if (VECTORS > 1) {
            exact(c11).intoMemorySegment(sums, ROW + VB, Lanes.ORDER);
        }
        if (VECTORS > 2) {
            exact(c12).intoMemorySegment(sums, ROW + 2 * VB, Lanes.ORDER);
        }
        exact(c20).intoMemorySegment(sums, 2 * ROW, Lanes.ORDER);
        if (VECTORS > 1) {
            exact(c21).intoMemorySegment(sums, 2 * ROW + VB, Lanes.ORDER);
        }
        if (VECTORS > 2) {
            exact(c22).intoMemorySegment(sums, 2 * ROW + 2 * VB, Lanes.ORDER);
        }
        exact(c30).intoMemorySegment(sums, 3 * ROW, Lanes.ORDER);
        if (VECTORS > 1) {
            exact(c31).intoMemorySegment(sums, 3 * ROW + VB, Lanes.ORDER);
        }
        if (VECTORS > 2) {
            exact(c32).intoMemorySegment(sums, 3 * ROW + 2 * VB, Lanes.ORDER);
        }
        if (VECTORS < 3) {
            exact(c40).intoMemorySegment(sums, 4 * ROW, Lanes.ORDER);
            if (VECTORS > 1) {
                exact(c41).intoMemorySegment(sums, 4 * ROW + VB, Lanes.ORDER);
            }
            exact(c50).intoMemorySegment(sums, 5 * ROW, Lanes.ORDER);
            if (VECTORS > 1) {
                exact(c51).intoMemorySegment(sums, 5 * ROW + VB, Lanes.ORDER);
            }
        }
        if (VECTORS < 2) {
            exact(c60).intoMemorySegment(sums, 6 * ROW, Lanes.ORDER);
            exact(c70).intoMemorySegment(sums, 7 * ROW, Lanes.ORDER);
        }
        add(sums, addend, addendOffset, addendRowBytes, c, cOffset, rowBytes);
    }

    private static void add(
            MemorySegment sums,
            MemorySegment addend,
            long addendOffset,
            long addendRowBytes,
            MemorySegment c,
            long cOffset,
            long rowBytes) {
        long from = 0;
        for (int i = 0; i < ROWS; i++) {
            for (long p = 0; p < ROW; p += VB, from += VB) {
                load(sums, from)
                        .add(load(addend, addendOffset + i * addendRowBytes + p))
                        .intoMemorySegment(c, cOffset + i * rowBytes + p, Lanes.ORDER);
            }
        }
    }
}
