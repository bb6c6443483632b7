package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/** Elements of {@code size} bytes replace what is there. */
record PutPlacement(int size) implements Placement {
    @Override
    public void slice(MemorySegment to, long at, long step, MemorySegment from, long fromAt, long fromStep, int n) {
        if (step == size && fromStep == size) {
            MemorySegment.copy(from, fromAt, to, at, (long) n * size);
        } else {
            Strided.copy(size, from, fromAt, fromStep, to, at, step, n);
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
            Strided.move(size, from, fromAt + i * fromStep, to, target);
        }
    }
}
