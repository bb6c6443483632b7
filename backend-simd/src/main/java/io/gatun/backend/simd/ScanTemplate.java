package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The kernel of cumsum and cumprod. Class data: dtype, whether products. */
final class ScanTemplate implements Scans.Kernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Access ELEMENTS = Access.own(DTYPE);
    private static final boolean PRODUCT = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);

    ScanTemplate() {}

    @Override
    public void run(MemorySegment x, long at, long step, MemorySegment out, long outAt, long outStep, long n) {
        if (DTYPE.isFloatingPoint()) {
            double running = PRODUCT ? 1 : 0;
            for (long i = 0; i < n; i++) {
                double value = ELEMENTS.floating(x, at + i * step);
                running = PRODUCT ? running * value : running + value;
                ELEMENTS.set(out, outAt + i * outStep, running);
            }
        } else {
            long running = PRODUCT ? 1 : 0;
            for (long i = 0; i < n; i++) {
                long value = ELEMENTS.integer(x, at + i * step);
                running = PRODUCT ? running * value : running + value;
                ELEMENTS.set(out, outAt + i * outStep, running);
            }
        }
    }
}
