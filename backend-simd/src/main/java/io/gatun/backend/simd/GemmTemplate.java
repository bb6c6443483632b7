package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of matrix products. Class data: dtype (F32 or F64), vectors in a row of the tile; {@link FloatVector}, {@code
 * float} and {@link Lanes#FLOAT} stand for the dtype's ({@link Stamp#exact}).
 *
 * <h2>Why the tile is 6 by 3 vectors</h2>
 *
 * <p>Operands are read where they lie, at any stride, so that every load has its bounds checked within the loop. Of these
 * loads a tile of 6 by 3 has 9 for 18 multiply-adds, one of 4 by 3 has 7 for 12: measured 225 and 180 GFLOP/s in the first
 * cache. Machines without 32 registers get the lower one, whose vectors fit into 16.
 *
 * <h2>Rules that keep these loops fast</h2>
 *
 * <p>Vectors live in locals only, the species is a constant, and behind the loop there are no calls but of the Vector API: a
 * helper there was no longer inlined, and six boxed vectors took half as long as the loop did. Rows that are missing are the
 * last one again: flags would teach the JIT that they are never set, and the first time they are, it would throw the kernel
 * away. And there is no more than this: with the sums of the tile and of C behind the loop, the method was too much for C1's
 * third tier, and some JVMs stayed in its second for ever ("out of virtual registers"). So a product to which something is
 * to be added goes to scratch first.
 */
final class GemmTemplate implements GemmTile {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final int VECTORS = Stamp.data(MethodHandles.lookup(), 1, Integer.class);
    private static final VectorSpecies<Float> S = Lanes.exact(DTYPE);
    private static final Class<?> EXACT = S.vectorType();
    private static final long VB = S.vectorByteSize();
    private static final boolean HIGH = GemmKernel.ROWS > 4;

    GemmTemplate() {}

    @Expanded
    private static FloatVector exact(FloatVector x) {
        return (FloatVector) EXACT.cast(x);
    }

    @Expanded
    private static FloatVector splat(MemorySegment a, long at) {
        return FloatVector.broadcast(S, a.get(Lanes.FLOAT, at));
    }

    @Override
    public void run(
            int rows,
            int k,
            MemorySegment a,
            long aAt,
            long aRow,
            long aColumn,
            MemorySegment b,
            long bAt,
            long bRow,
            MemorySegment c,
            long cAt,
            long cRow) {
        FloatVector z = FloatVector.zero(S);
        FloatVector c00 = z, c01 = z, c02 = z;
        FloatVector c10 = z, c11 = z, c12 = z;
        FloatVector c20 = z, c21 = z, c22 = z;
        FloatVector c30 = z, c31 = z, c32 = z;
        FloatVector c40 = z, c41 = z, c42 = z;
        FloatVector c50 = z, c51 = z, c52 = z;
        long a0 = aAt;
        long a1 = rows > 1 ? a0 + aRow : a0;
        long a2 = rows > 2 ? a1 + aRow : a1;
        long a3 = rows > 3 ? a2 + aRow : a2;
        long a4 = rows > 4 ? a3 + aRow : a3;
        long a5 = rows > 5 ? a4 + aRow : a4;
        for (int p = 0; p < k; p++) {
            long at = p * bRow + bAt;
            FloatVector b0 = FloatVector.fromMemorySegment(S, b, at, Lanes.ORDER);
            FloatVector b1 = VECTORS > 1 ? FloatVector.fromMemorySegment(S, b, at + VB, Lanes.ORDER) : b0;
            FloatVector b2 = VECTORS > 2 ? FloatVector.fromMemorySegment(S, b, at + 2 * VB, Lanes.ORDER) : b0;
            long along = p * aColumn;
            FloatVector x = splat(a, a0 + along);
            c00 = x.fma(b0, c00);
            if (VECTORS > 1) {
                c01 = x.fma(b1, c01);
            }
            if (VECTORS > 2) {
                c02 = x.fma(b2, c02);
            }
            x = splat(a, a1 + along);
            c10 = x.fma(b0, c10);
            if (VECTORS > 1) {
                c11 = x.fma(b1, c11);
            }
            if (VECTORS > 2) {
                c12 = x.fma(b2, c12);
            }
            x = splat(a, a2 + along);
            c20 = x.fma(b0, c20);
            if (VECTORS > 1) {
                c21 = x.fma(b1, c21);
            }
            if (VECTORS > 2) {
                c22 = x.fma(b2, c22);
            }
            x = splat(a, a3 + along);
            c30 = x.fma(b0, c30);
            if (VECTORS > 1) {
                c31 = x.fma(b1, c31);
            }
            if (VECTORS > 2) {
                c32 = x.fma(b2, c32);
            }
            if (HIGH) {
                x = splat(a, a4 + along);
                c40 = x.fma(b0, c40);
                if (VECTORS > 1) {
                    c41 = x.fma(b1, c41);
                }
                if (VECTORS > 2) {
                    c42 = x.fma(b2, c42);
                }
                x = splat(a, a5 + along);
                c50 = x.fma(b0, c50);
                if (VECTORS > 1) {
                    c51 = x.fma(b1, c51);
                }
                if (VECTORS > 2) {
                    c52 = x.fma(b2, c52);
                }
            }
        }
        long at = cAt;
        exact(c00).intoMemorySegment(c, at, Lanes.ORDER);
        if (VECTORS > 1) {
            exact(c01).intoMemorySegment(c, at + VB, Lanes.ORDER);
        }
        if (VECTORS > 2) {
            exact(c02).intoMemorySegment(c, at + 2 * VB, Lanes.ORDER);
        }
        at = rows > 1 ? at + cRow : at;
        exact(c10).intoMemorySegment(c, at, Lanes.ORDER);
        if (VECTORS > 1) {
            exact(c11).intoMemorySegment(c, at + VB, Lanes.ORDER);
        }
        if (VECTORS > 2) {
            exact(c12).intoMemorySegment(c, at + 2 * VB, Lanes.ORDER);
        }
        at = rows > 2 ? at + cRow : at;
        exact(c20).intoMemorySegment(c, at, Lanes.ORDER);
        if (VECTORS > 1) {
            exact(c21).intoMemorySegment(c, at + VB, Lanes.ORDER);
        }
        if (VECTORS > 2) {
            exact(c22).intoMemorySegment(c, at + 2 * VB, Lanes.ORDER);
        }
        at = rows > 3 ? at + cRow : at;
        exact(c30).intoMemorySegment(c, at, Lanes.ORDER);
        if (VECTORS > 1) {
            exact(c31).intoMemorySegment(c, at + VB, Lanes.ORDER);
        }
        if (VECTORS > 2) {
            exact(c32).intoMemorySegment(c, at + 2 * VB, Lanes.ORDER);
        }
        if (HIGH) {
            at = rows > 4 ? at + cRow : at;
            exact(c40).intoMemorySegment(c, at, Lanes.ORDER);
            if (VECTORS > 1) {
                exact(c41).intoMemorySegment(c, at + VB, Lanes.ORDER);
            }
            if (VECTORS > 2) {
                exact(c42).intoMemorySegment(c, at + 2 * VB, Lanes.ORDER);
            }
            at = rows > 5 ? at + cRow : at;
            exact(c50).intoMemorySegment(c, at, Lanes.ORDER);
            if (VECTORS > 1) {
                exact(c51).intoMemorySegment(c, at + VB, Lanes.ORDER);
            }
            if (VECTORS > 2) {
                exact(c52).intoMemorySegment(c, at + 2 * VB, Lanes.ORDER);
            }
        }
    }

    @Override
    public void add(int rows, MemorySegment tile, MemorySegment c, long cAt, long cRow) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < VECTORS; j++) {
                long at = cAt + i * cRow + j * VB;
                FloatVector.fromMemorySegment(S, tile, (i * VECTORS + j) * VB, Lanes.ORDER)
                        .add(FloatVector.fromMemorySegment(S, c, at, Lanes.ORDER))
                        .intoMemorySegment(c, at, Lanes.ORDER);
            }
        }
    }
}
