package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The kernel of elements picked by index. Class data: the integer dtype of their size. */
final class PickTemplate implements Indexing.Pick {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final int SIZE = DTYPE.byteSize();

    PickTemplate() {}

    @Override
    public void run(
            MemorySegment to,
            long at,
            long outStep,
            MemorySegment indices,
            long indexAt,
            long indexStep,
            MemorySegment from,
            long fromAt,
            long step,
            long dimStep,
            int n) {
        if (indexStep == 0) {
            long begin = fromAt + indices.get(Lanes.LONG, indexAt) * dimStep;
            if (outStep == SIZE && step == SIZE) {
                MemorySegment.copy(from, begin, to, at, (long) n * SIZE);
            } else {
                Strided.copy(SIZE, from, begin, step, to, at, outStep, n);
            }
        } else if (outStep == SIZE && indexStep == Long.BYTES && step == 0 && dimStep == SIZE) {
            for (int i = 0;
                    i < n;
                    i++) { // all of these are as the last: constant steps spare multiplications and checks
                long begin = fromAt + indices.get(Lanes.LONG, indexAt + (long) i * Long.BYTES) * SIZE;
                Element.set(DTYPE, to, at + (long) i * SIZE, Element.integer(DTYPE, from, begin));
            }
        } else if (outStep == SIZE && indexStep == Long.BYTES) {
            for (int i = 0; i < n; i++) {
                long begin = fromAt + i * step + indices.get(Lanes.LONG, indexAt + (long) i * Long.BYTES) * dimStep;
                Element.set(DTYPE, to, at + (long) i * SIZE, Element.integer(DTYPE, from, begin));
            }
        } else {
            for (int i = 0; i < n; i++) {
                long begin = fromAt + i * step + indices.get(Lanes.LONG, indexAt + i * indexStep) * dimStep;
                Element.set(DTYPE, to, at + i * outStep, Element.integer(DTYPE, from, begin));
            }
        }
    }
}
