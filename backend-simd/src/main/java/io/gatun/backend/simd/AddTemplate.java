package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * The kernel of additions in indexed places. Class data: dtype, the {@link ElementKernel} that adds contiguous slices, or
 * anything else where there is none (half floats).
 */
final class AddTemplate implements Placement {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Access ELEMENTS = Access.own(DTYPE);
    private static final Object ROWS = Stamp.data(MethodHandles.lookup(), 1, Object.class);
    private static final int SIZE = DTYPE.byteSize();

    AddTemplate() {}

    @Override
    public void slice(MemorySegment to, long at, long step, MemorySegment from, long fromAt, long fromStep, int n) {
        if (step == SIZE && fromStep == SIZE && ROWS instanceof ElementKernel rows) {
            rows.run(to, at, to, at, from, fromAt, to, at, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            add(to, at + i * step, from, fromAt + i * fromStep);
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
        for (int i = 0; i < n; i++) {
            long target = at + i * step + indices.get(Lanes.LONG, indexAt + i * indexStep) * dimStep;
            add(to, target, from, fromAt + i * fromStep);
        }
    }

    /** In double the sum of two F32 is exact enough to be rounded to what an F32 addition gives. */
    private static void add(MemorySegment to, long at, MemorySegment from, long fromAt) {
        if (DTYPE.isFloatingPoint()) {
            double sum = ELEMENTS.floating(to, at) + ELEMENTS.floating(from, fromAt);
            ELEMENTS.set(to, at, sum);
        } else {
            long sum = ELEMENTS.integer(to, at) + ELEMENTS.integer(from, fromAt);
            ELEMENTS.set(to, at, sum);
        }
    }
}
