package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ScatterKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * The kernel of what is put, summed, multiplied and compared in indexed places. Class data: dtype (for PUT any of that size),
 * the {@link ElementKernel} that combines contiguous slices, or anything else where there is none (half floats, PUT), and
 * the {@link ScatterKind}.
 */
final class PlacementTemplate implements Placement {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Object ROWS = Stamp.data(MethodHandles.lookup(), 1, Object.class);
    private static final ScatterKind KIND = Stamp.data(MethodHandles.lookup(), 2, ScatterKind.class);
    private static final int SIZE = DTYPE.byteSize();

    PlacementTemplate() {}

    @Override
    public void slice(MemorySegment to, long at, long step, MemorySegment from, long fromAt, long fromStep, int n) {
        if (step == SIZE && fromStep == SIZE && KIND == ScatterKind.PUT) {
            MemorySegment.copy(from, fromAt, to, at, (long) n * SIZE);
            return;
        }
        if (step == SIZE && fromStep == SIZE && ROWS instanceof ElementKernel rows) {
            rows.run(to, at, to, at, from, fromAt, to, at, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            combine(to, at + i * step, from, fromAt + i * fromStep);
        }
    }

    @Override
    public void elements(
            MemorySegment to,
            long at,
            long step,
            long dimStep,
            MemorySegment indices,
            long indexAt,
            long indexStep,
            MemorySegment from,
            long fromAt,
            long fromStep,
            int n) {
        if (indexStep == Long.BYTES && fromStep == SIZE && step == 0 && dimStep == SIZE) {
            for (int i = 0;
                    i < n;
                    i++) { // all of these are as the last: constant steps spare multiplications and checks
                long target = at + indices.get(Lanes.LONG, indexAt + (long) i * Long.BYTES) * SIZE;
                combine(to, target, from, fromAt + (long) i * SIZE);
            }
        } else if (indexStep == Long.BYTES && fromStep == SIZE) {
            for (int i = 0; i < n; i++) {
                long target = at + i * step + indices.get(Lanes.LONG, indexAt + (long) i * Long.BYTES) * dimStep;
                combine(to, target, from, fromAt + (long) i * SIZE);
            }
        } else {
            for (int i = 0; i < n; i++) {
                long target = at + i * step + indices.get(Lanes.LONG, indexAt + i * indexStep) * dimStep;
                combine(to, target, from, fromAt + i * fromStep);
            }
        }
    }

    /** In double the sum, or product, of two F32 is exact enough to be rounded to what F32 arithmetic gives. */
    @Expanded
    private static void combine(MemorySegment to, long at, MemorySegment from, long fromAt) {
        if (DTYPE.isFloatingPoint()) {
            Element.set(DTYPE, to, at, apply(Element.floating(DTYPE, to, at), Element.floating(DTYPE, from, fromAt)));
        } else {
            Element.set(DTYPE, to, at, apply(Element.integer(DTYPE, to, at), Element.integer(DTYPE, from, fromAt)));
        }
    }

    private static double apply(double x, double y) {
        if (KIND == ScatterKind.ADD) {
            return x + y;
        } else if (KIND == ScatterKind.MULTIPLY) {
            return x * y;
        } else if (KIND == ScatterKind.MAXIMUM) {
            return Math.max(x, y);
        }
        return KIND == ScatterKind.MINIMUM ? Math.min(x, y) : y;
    }

    private static long apply(long x, long y) {
        if (KIND == ScatterKind.ADD) {
            return x + y;
        } else if (KIND == ScatterKind.MULTIPLY) {
            return x * y;
        } else if (KIND == ScatterKind.MAXIMUM) {
            return Math.max(x, y);
        }
        return KIND == ScatterKind.MINIMUM ? Math.min(x, y) : y;
    }
}
