package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The kernel of cumsum and cumprod. Class data: dtype, whether products. */
final class ScanTemplate implements Scans.Kernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final int SIZE = DTYPE.byteSize();
    private static final boolean PRODUCT = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);

    ScanTemplate() {}

    @Override
    public void run(MemorySegment x, long at, long step, MemorySegment out, long outAt, long outStep, long n) {
        if (DTYPE.isFloatingPoint()) {
            double running = PRODUCT ? 1 : 0;
            for (long i = 0; i < n; i++) {
                running = next(running, x, at + i * step, out, outAt + i * outStep);
            }
        } else if (step == SIZE && outStep == SIZE) {
            long running = PRODUCT ? 1 : 0;
            for (long i = 0; i < n; i++) { // as below, but with constant steps it needs no check of each offset
                running = next(running, x, at + i * SIZE, out, outAt + i * SIZE);
            }
        } else {
            long running = PRODUCT ? 1 : 0;
            for (long i = 0; i < n; i++) {
                running = next(running, x, at + i * step, out, outAt + i * outStep);
            }
        }
    }

    @Expanded
    private static double next(double before, MemorySegment x, long at, MemorySegment out, long outAt) {
        double value = Element.floating(DTYPE, x, at);
        double result = PRODUCT ? before * value : before + value;
        Element.set(DTYPE, out, outAt, result);
        return result;
    }

    @Expanded
    private static long next(long before, MemorySegment x, long at, MemorySegment out, long outAt) {
        long value = Element.integer(DTYPE, x, at);
        long result = PRODUCT ? before * value : before + value;
        Element.set(DTYPE, out, outAt, result);
        return result;
    }
}
