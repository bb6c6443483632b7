package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * The kernel that finds elements other than 0. Class data: dtype.
 *
 * <p>Every position is written where the next found one belongs, and that place moves on only past those that are found: no
 * branch depends on the data, which a processor would mispredict every other time.
 */
final class NonzeroTemplate implements Indexing.Search {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final int SIZE = DTYPE.byteSize();

    NonzeroTemplate() {}

    @Override
    public long run(
            MemorySegment x, long at, long step, long n, MemorySegment out, long outAt, long outStep, long room) {
        long found = 0;
        if (step == SIZE) {
            for (long i = 0; i < n && found < room; i++) { // as below, but with a constant step it needs no check of it
                out.set(Lanes.LONG, outAt + found * outStep, i);
                found += isSet(x, at + i * SIZE);
            }
        } else {
            for (long i = 0; i < n && found < room; i++) {
                out.set(Lanes.LONG, outAt + found * outStep, i);
                found += isSet(x, at + i * step);
            }
        }
        return found;
    }

    @Expanded
    private static int isSet(MemorySegment x, long at) {
        return DTYPE.isFloatingPoint()
                ? Element.floating(DTYPE, x, at) != 0 ? 1 : 0
                : Element.integer(DTYPE, x, at) != 0 ? 1 : 0;
    }
}
