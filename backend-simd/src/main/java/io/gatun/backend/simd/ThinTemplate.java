package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix times vector. Class data: dtype, F32 or F64; {@link FloatVector}, {@code float} and {@link Lanes#FLOAT} stand for the
 * dtype's ({@link Stamp#exact}).
 */
final class ThinTemplate implements ThinKernel {

    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final VectorSpecies<Float> S = Lanes.exact(DTYPE);
    private static final Class<?> EXACT = S.vectorType();
    private static final Runs SUM = Runs.of(ReduceKind.SUM, DTYPE);
    private static final int SIZE = DTYPE.byteSize();
    private static final int LANES = S.length();
    private static final long VB = S.vectorByteSize();

    /** Columns that {@link #axpyRows} finishes before it moves on, so that y stays in the first-level cache. */
    private static final int AXPY_BLOCK = 16 * 1024 / SIZE;

    ThinTemplate() {}

    private static FloatVector load(MemorySegment s, long offset) {
        return FloatVector.fromMemorySegment(S, s, offset, Lanes.ORDER);
    }

    @Override
    public void dotRows(
            long rows,
            long k,
            MemorySegment a,
            long aOffset,
            long aRowBytes,
            MemorySegment x,
            long xOffset,
            MemorySegment y,
            long yOffset,
            long yStrideBytes) {
        MemorySegment totals = Scratch.mine().block(5);
        for (long from = 0; from < rows; from += Runs.MOST) {
            int some = (int) Math.min(Runs.MOST, rows - from);
            for (int i = 0; i < some; i++) {
                dot(k, a, aOffset + (from + i) * aRowBytes, x, xOffset, totals, i * VB);
            }
            SUM.lanes(some);
            for (int i = 0; i < some; i++) {
                double sum = rest(
                        totals.get(Lanes.FLOAT, (long) i * SIZE), k, a, aOffset + (from + i) * aRowBytes, x, xOffset);
                y.set(Lanes.FLOAT, yOffset + (from + i) * yStrideBytes, (float) sum);
            }
        }
    }

    /** Four running sums hide the latency of the multiply-add; their order of addition does not depend on anything else. */
    private static void dot(
            long k, MemorySegment a, long aOffset, MemorySegment x, long xOffset, MemorySegment totals, long totalsAt) {
        FloatVector z = FloatVector.zero(S);
        FloatVector s0 = z, s1 = z, s2 = z, s3 = z;
        long whole = k * SIZE / VB * VB;
        long unrolled = whole / (4 * VB) * (4 * VB);
        long o = 0;
        for (; o < unrolled; o += 4 * VB) {
            Lanes.mayFault();
            s0 = load(a, aOffset + o).fma(load(x, xOffset + o), s0);
            s1 = load(a, aOffset + o + VB).fma(load(x, xOffset + o + VB), s1);
            s2 = load(a, aOffset + o + 2 * VB).fma(load(x, xOffset + o + 2 * VB), s2);
            s3 = load(a, aOffset + o + 3 * VB).fma(load(x, xOffset + o + 3 * VB), s3);
        }
        for (; o < whole; o += VB) { // seldom: by calls of the Vector API alone
            Lanes.mayFault();
            FloatVector factor = FloatVector.fromMemorySegment(S, x, xOffset + o, Lanes.ORDER);
            s0 = FloatVector.fromMemorySegment(S, a, aOffset + o, Lanes.ORDER).fma(factor, s0);
        }
        z.add(s0).add(s1).add(z.add(s2).add(s3)).intoMemorySegment(totals, totalsAt, Lanes.ORDER);
    }

    /** {@code first} and the products that do not fill a vector. */
    private static double rest(double first, long k, MemorySegment a, long aOffset, MemorySegment x, long xOffset) {
        double sum = first;
        for (long o = k * SIZE / VB * VB; o < k * SIZE; o += SIZE) {
            sum = Math.fma(a.get(Lanes.FLOAT, aOffset + o), x.get(Lanes.FLOAT, xOffset + o), (float) sum);
        }
        return sum;
    }

    @Override
    public void axpyRows(
            long columns,
            long k,
            MemorySegment x,
            long xOffset,
            long xStrideBytes,
            MemorySegment b,
            long bOffset,
            long bRowBytes,
            MemorySegment y,
            long yOffset) {
        for (long j = 0; j < columns; j += AXPY_BLOCK) {
            int width = (int) Math.min(AXPY_BLOCK, columns - j);
            long at = j * SIZE;
            long p = 0;
            for (; p + 4 <= k; p += 4) {
                axpy4(
                        width,
                        x,
                        xOffset + p * xStrideBytes,
                        xStrideBytes,
                        b,
                        bOffset + at + p * bRowBytes,
                        bRowBytes,
                        y,
                        yOffset + at);
            }
            for (; p < k; p++) {
                axpy1(
                        width,
                        x.get(Lanes.FLOAT, xOffset + p * xStrideBytes),
                        b,
                        bOffset + at + p * bRowBytes,
                        y,
                        yOffset + at);
            }
        }
    }

    private static void axpy4(
            int width,
            MemorySegment x,
            long xOffset,
            long xStrideBytes,
            MemorySegment b,
            long bOffset,
            long bRowBytes,
            MemorySegment y,
            long yOffset) {
        double x0 = x.get(Lanes.FLOAT, xOffset);
        double x1 = x.get(Lanes.FLOAT, xOffset + xStrideBytes);
        double x2 = x.get(Lanes.FLOAT, xOffset + 2 * xStrideBytes);
        double x3 = x.get(Lanes.FLOAT, xOffset + 3 * xStrideBytes);
        FloatVector v0 = FloatVector.broadcast(S, (float) x0);
        FloatVector v1 = FloatVector.broadcast(S, (float) x1);
        FloatVector v2 = FloatVector.broadcast(S, (float) x2);
        FloatVector v3 = FloatVector.broadcast(S, (float) x3);
        long b1 = bOffset + bRowBytes;
        long b2 = b1 + bRowBytes;
        long b3 = b2 + bRowBytes;
        int whole = S.loopBound(width);
        int j = 0;
        for (; j < whole; j += LANES) {
            Lanes.mayFault();
            long o = (long) j * SIZE;
            FloatVector s = v0.fma(load(b, bOffset + o), load(y, yOffset + o));
            s = v1.fma(load(b, b1 + o), s);
            s = v2.fma(load(b, b2 + o), s);
            s = v3.fma(load(b, b3 + o), s);
            ((FloatVector) EXACT.cast(s)).intoMemorySegment(y, yOffset + o, Lanes.ORDER);
        }
        for (; j < width; j++) {
            long o = (long) j * SIZE;
            double s = Math.fma((float) x0, b.get(Lanes.FLOAT, bOffset + o), y.get(Lanes.FLOAT, yOffset + o));
            s = Math.fma((float) x1, b.get(Lanes.FLOAT, b1 + o), (float) s);
            s = Math.fma((float) x2, b.get(Lanes.FLOAT, b2 + o), (float) s);
            y.set(Lanes.FLOAT, yOffset + o, Math.fma((float) x3, b.get(Lanes.FLOAT, b3 + o), (float) s));
        }
    }

    private static void axpy1(int width, double x, MemorySegment b, long bOffset, MemorySegment y, long yOffset) {
        FloatVector v = FloatVector.broadcast(S, (float) x);
        int whole = S.loopBound(width);
        int j = 0;
        for (; j < whole; j += LANES) {
            Lanes.mayFault();
            long o = (long) j * SIZE;
            v.fma(load(b, bOffset + o), load(y, yOffset + o)).intoMemorySegment(y, yOffset + o, Lanes.ORDER);
        }
        for (; j < width; j++) {
            long o = (long) j * SIZE;
            y.set(
                    Lanes.FLOAT,
                    yOffset + o,
                    Math.fma((float) x, b.get(Lanes.FLOAT, bOffset + o), y.get(Lanes.FLOAT, yOffset + o)));
        }
    }
}
