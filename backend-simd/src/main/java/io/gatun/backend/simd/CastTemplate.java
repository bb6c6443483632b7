package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * The kernel of conversions that the machine has no vector form for: a plain loop of one load, one conversion and one store,
 * of which the JIT unrolls what it can. Class data: the dtypes from and to, none of them a half; TO is not bool.
 *
 * <p>Floating-point to integer goes through {@code long} and keeps the low bits, as {@link io.gatun.tensor.op.Op.Cast} says:
 * the CPU's conversion to narrower types, and Java's, would saturate instead.
 */
final class CastTemplate implements ElementKernel {
    private static final DType FROM = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final DType TO = Stamp.data(MethodHandles.lookup(), 1, DType.class);
    private static final boolean FLOATING = FROM.isFloatingPoint();
    private static final int FROM_SIZE = FROM.byteSize();
    private static final int TO_SIZE = TO.byteSize();

    CastTemplate() {}

    @Override
    public void run(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            int n) {
        for (int i = 0; i < n; i++) {
            one(out, outAt + (long) i * TO_SIZE, a, aAt + (long) i * FROM_SIZE);
        }
    }

    @Expanded
    private static void one(MemorySegment out, long outAt, MemorySegment a, long aAt) {
        if (FLOATING) {
            double value = Element.floating(FROM, a, aAt);
            if (TO.isFloatingPoint()) {
                Element.set(TO, out, outAt, value);
            } else {
                Element.set(TO, out, outAt, (long) value);
            }
            return;
        }
        long value = Element.integer(FROM, a, aAt);
        if (TO == DType.F32) {
            out.set(Lanes.FLOAT, outAt, (float) value); // rounded once: not through double
        } else if (TO == DType.F64) {
            out.set(Lanes.DOUBLE, outAt, (double) value);
        } else {
            Element.set(TO, out, outAt, value);
        }
    }
}
