package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A matrix of half floats times a vector of F32, with results in F32: halves are widened in registers, so that memory sees
 * nothing wider. Class data: their {@link HalfConversion}. Fewer sums and rows at a time than {@link ThinTemplate} has, since
 * F16's conversion is ten instructions, and the JIT inlines only so many (see {@link Stamp}).
 */
final class HalfThinTemplate implements ThinKernel {
    private static final HalfConversion HALVES = Stamp.data(MethodHandles.lookup(), 0, HalfConversion.class);
    private static final VectorSpecies<Float> S = VectorWidth.species(float.class);
    private static final Runs SUM = Runs.of(ReduceKind.SUM, DType.F32);
    private static final int LANES = S.length();
    private static final long VB = S.vectorByteSize();
    private static final int SIZE = Short.BYTES;
    private static final int BLOCK = 4096; // results whose sums stay in the first-level cache

    HalfThinTemplate() {}

    private static FloatVector load(MemorySegment s, long offset) {
        return FloatVector.fromMemorySegment(S, s, offset, Lanes.ORDER);
    }

    private static FloatVector halves(MemorySegment s, long offset) {
        return (FloatVector) HALVES.load(s, offset);
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
                float sum = totals.get(Lanes.FLOAT, (long) i * Float.BYTES);
                float all = rest(sum, k, a, aOffset + (from + i) * aRowBytes, x, xOffset);
                y.set(Lanes.FLOAT, yOffset + (from + i) * yStrideBytes, all);
            }
        }
    }

    private static void dot(
            long k, MemorySegment a, long aOffset, MemorySegment x, long xOffset, MemorySegment totals, long totalsAt) {
        FloatVector z = FloatVector.zero(S);
        FloatVector s0 = z;
        FloatVector s1 = z;
        for (long i = 0; i <= k - LANES; i += LANES) {
            Lanes.mayFault();
            FloatVector next = halves(a, aOffset + i * SIZE).fma(load(x, xOffset + i * Float.BYTES), s0);
            s0 = s1;
            s1 = next;
        }
        z.add(s0).add(z.add(s1)).intoMemorySegment(totals, totalsAt, Lanes.ORDER);
    }

    /** {@code first} and the products that do not fill a vector. */
    private static float rest(float first, long k, MemorySegment a, long aOffset, MemorySegment x, long xOffset) {
        int n = (int) (k % LANES);
        MemorySegment wide = Scratch.mine().narrow();
        HALVES.widen(a, aOffset + (k - n) * SIZE, wide, 0, n);
        float sum = first;
        for (int i = 0; i < n; i++) {
            float factor = x.get(Lanes.FLOAT, xOffset + (k - n + i) * Float.BYTES);
            sum = Math.fma(wide.get(Lanes.FLOAT, (long) i * Float.BYTES), factor, sum);
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
        for (long j = 0; j < columns; j += BLOCK) {
            int width = (int) Math.min(BLOCK, columns - j);
            for (long p = 0; p < k; p++) {
                float factor = x.get(Lanes.FLOAT, xOffset + p * xStrideBytes);
                axpy(width, factor, b, bOffset + p * bRowBytes + j * SIZE, y, yOffset + j * Float.BYTES);
            }
        }
    }

    private static void axpy(int width, float factor, MemorySegment b, long bOffset, MemorySegment y, long yOffset) {
        FloatVector v = FloatVector.broadcast(S, factor);
        int whole = S.loopBound(width);
        for (int j = 0; j < whole; j += LANES) {
            Lanes.mayFault();
            long o = yOffset + (long) j * Float.BYTES;
            halves(b, bOffset + (long) j * SIZE).fma(v, load(y, o)).intoMemorySegment(y, o, Lanes.ORDER);
        }
        if (whole == width) {
            return;
        }
        MemorySegment wide = Scratch.mine().narrow();
        HALVES.widen(b, bOffset + (long) whole * SIZE, wide, 0, width - whole);
        for (int j = whole; j < width; j++) {
            long o = yOffset + (long) j * Float.BYTES;
            float element = wide.get(Lanes.FLOAT, (long) (j - whole) * Float.BYTES);
            y.set(Lanes.FLOAT, o, Math.fma(factor, element, y.get(Lanes.FLOAT, o)));
        }
    }
}
