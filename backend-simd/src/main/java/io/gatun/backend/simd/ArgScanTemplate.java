package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The kernel of where the extremes so far are, of equals and of NaN the last. Class data: dtype, whether the largest. */
final class ArgScanTemplate implements Scans.Kernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final int SIZE = DTYPE.byteSize();
    private static final boolean LARGEST = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);

    ArgScanTemplate() {}

    @Override
    public void run(MemorySegment x, long at, long step, MemorySegment out, long outAt, long outStep, long n) {
        if (step == SIZE && outStep == Long.BYTES) { // constant steps spare multiplications and checks
            places(x, at, SIZE, out, outAt, Long.BYTES, n);
        } else {
            places(x, at, step, out, outAt, outStep, n);
        }
    }

    @Expanded
    private static void places(
            MemorySegment x, long at, long step, MemorySegment out, long outAt, long outStep, long n) {
        long best = 0;
        if (DTYPE.isFloatingPoint()) {
            double leader = LARGEST ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            for (long i = 0; i < n; i++) {
                double value = Element.floating(DTYPE, x, at + i * step);
                // NaN is neither less nor greater: it wins, and then only another NaN does.
                boolean wins = LARGEST ? !(value < leader) : !(value > leader);
                if (wins && (Double.isNaN(value) || !Double.isNaN(leader))) {
                    leader = value;
                    best = i;
                }
                out.set(Lanes.LONG, outAt + i * outStep, best);
            }
        } else {
            long leader = LARGEST ? Long.MIN_VALUE : Long.MAX_VALUE;
            for (long i = 0; i < n; i++) {
                long value = Element.integer(DTYPE, x, at + i * step);
                if (LARGEST ? value >= leader : value <= leader) {
                    leader = value;
                    best = i;
                }
                out.set(Lanes.LONG, outAt + i * outStep, best);
            }
        }
    }
}
